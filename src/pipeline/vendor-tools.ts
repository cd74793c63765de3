import { priceAt, unpricedTools } from '../canonical/price.ts';
import { vendorToolsIn } from '../canonical/vendor-tools.ts';
import { KanonError } from '../canonical/errors.ts';
import type { Policies } from '../policy/policies.ts';
import { actorOf, type Refusals } from '../policy/refusals.ts';
import type { Stage } from './stage.ts';

export interface VendorToolOptions {
  /** The policies as they are now. */
  policies: () => Policies;
  refusals: Pick<Refusals, 'note'>;
}

/**
 * A vendor's own tools send what they are asked on to others (a search engine, a page, a container), so that a policy
 * has to allow each. So it has to betas of the vendor's API, which may do the same.
 */
export function vendorTools({ policies, refusals }: VendorToolOptions): Stage {
  return {
    name: 'vendorTools',
    enter(call) {
      if (!call.is('CHAT')) return;
      const { principal } = call.context;
      const names = vendorToolsIn(call.request);
      if (names.length > 0) {
        const { name: policy, vendorTools: allowed } = policies().of(principal);
        const refused = names.find((name) => allowed !== 'all' && !allowed.has(name));
        if (refused !== undefined) {
          refusals.note({ actor: actorOf(principal), action: 'call.refused', subject: call.model.name, reason: `vendor tool ${refused.slice(0, 64)}` });
          throw new KanonError('FORBIDDEN', `The tool "${refused.slice(0, 64)}" is the vendor's own and sends what it is asked on to others; the policy "${policy}" does not allow it. The operator can: \`vendorTools: [${refused.slice(0, 64)}]\`.`);
        }
      }
      const { betas } = call.request;
      if (betas === undefined) return;
      const { betas: allowed } = policies().of(principal);
      const passed = betas.filter((beta) => allowed.has(beta));
      for (const beta of betas) if (!allowed.has(beta)) call.warn(`The beta "${beta.slice(0, 64)}" of the header anthropic-beta was not passed on; the operator can allow it with \`anthropicBetas\`.`);
      call.request = { ...call.request, betas: passed };
    },
    leave(call) {
      for (const { usage, target } of call.answers) {
        for (const name of unpricedTools(usage, priceAt(target.price, usage.serviceTier))) call.warn(`What the vendor charges for ${name} is not known, and so neither is the cost; the operator can say it with \`toolPrices\`.`);
      }
    },
  };
}
