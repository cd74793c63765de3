/** Variables of an operation, and whether any of them was looked at. */
export interface Watched {
  readonly variables: Readonly<Record<string, unknown>>;
  /** What was found out so far holds whatever the variables are. */
  readonly isUntouched: () => boolean;
}

/** Tells whether something depends on variables by watching it: what reads none is the same for all of them. */
export function watched(variables: Readonly<Record<string, unknown>>): Watched {
  let touched = false;
  const touch = (): void => {
    touched = true;
  };
  const watcher: ProxyHandler<Readonly<Record<string, unknown>>> = {
    get: (target, name, receiver) => (touch(), Reflect.get(target, name, receiver)),
    has: (target, name) => (touch(), Reflect.has(target, name)),
    getOwnPropertyDescriptor: (target, name) => (touch(), Reflect.getOwnPropertyDescriptor(target, name)),
    ownKeys: (target) => (touch(), Reflect.ownKeys(target)),
  };
  return { variables: new Proxy(variables, watcher), isUntouched: () => !touched };
}
