import { closest, distance } from 'fastest-levenshtein';
import type { Principal } from '../canonical/call.ts';
import { InputError, KanonError } from '../canonical/errors.ts';
import type { Operation } from '../canonical/results.ts';
import type { RoutedModel } from './target.ts';

/** The public models. The first of an operation answers requests that name none. */
export class ModelCatalog {
  readonly #models: ReadonlyMap<string, RoutedModel>;
  readonly #unavailable: ReadonlyMap<string, string>;
  readonly #regions: ReadonlyMap<string, readonly string[] | null>;

  /**
   * @param models in the order of the config
   * @param unavailable models of the config that cannot be used, with the reason in a sentence
   * @param regions that the data of each policy may go to; null for all
   */
  constructor(models: readonly RoutedModel[], unavailable: ReadonlyMap<string, string>, regions: ReadonlyMap<string, readonly string[] | null> = new Map()) {
    this.#regions = regions;
    this.#models = new Map(models.map((model) => [model.name, model]));
    this.#unavailable = unavailable;
  }

  /** All models, or those of an operation, in the order of the config. */
  list(operation?: Operation): RoutedModel[] {
    return [...this.#models.values()].filter((model) => operation === undefined || model.operation === operation);
  }

  get(name: string): RoutedModel | undefined {
    return this.#models.get(name);
  }

  /** Regions that a principal's data may go to; null for all. */
  residencyOf({ policy }: Principal): readonly string[] | null {
    return this.#regions.get(policy) ?? null;
  }

  isDefault(model: RoutedModel): boolean {
    return this.list(model.operation)[0] === model;
  }

  /**
   * The model that a request names, or the default one of the operation.
   * @param field the input field that names it, for the error
   * @throws InputError when there is no such model, or it is for another operation
   */
  resolve(operation: Operation, name: string | null, field: string): RoutedModel {
    if (name === null) {
      const first = this.list(operation)[0];
      if (first !== undefined) return first;
      throw new KanonError('UPSTREAM_UNAVAILABLE', `The configuration has no model for ${operation.toLowerCase()}.`);
    }
    const model = this.#models.get(name);
    if (model === undefined) {
      const reason = this.#unavailable.get(name);
      if (reason !== undefined) throw new KanonError('UPSTREAM_UNAVAILABLE', `The model "${name}" cannot be used now: ${reason}`);
      throw new InputError(field, `there is no model "${name.slice(0, 128)}"; ${this.#suggest(operation, name)}`);
    }
    if (model.operation !== operation) {
      throw new InputError(field, `the model "${name}" is for ${model.operation.toLowerCase()}, not for ${operation.toLowerCase()}; ${this.#suggest(operation, name)}`);
    }
    return model;
  }

  #suggest(operation: Operation, name: string): string {
    const names = this.list(operation).map((model) => model.name);
    if (names.length === 0) return `the configuration has none for ${operation.toLowerCase()}.`;
    const near = closest(name.slice(0, 128), names);
    if (distance(name.slice(0, 128), near) <= Math.max(2, near.length / 3)) return `did you mean "${near}"?`;
    return `for ${operation.toLowerCase()} there are: ${names.slice(0, 20).join(', ')}.`;
  }
}
