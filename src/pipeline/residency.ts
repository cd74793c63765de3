import type { ModelCatalog } from '../routing/catalog.ts';
import type { Stage } from './stage.ts';

/** The data of a principal goes to targets in the regions of its policy, or nowhere. */
export function residency(catalog: () => ModelCatalog): Stage {
  return {
    name: 'residency',
    enter(call) {
      call.route.residency = catalog().residencyOf(call.context.principal);
    },
  };
}
