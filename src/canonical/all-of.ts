/** All of what may have to be waited for; at once where nothing has to be. */
export function allOf<T>(values: (T | Promise<T>)[]): T[] | Promise<T[]> {
  return areHere(values) ? values : Promise.all(values);
}

function areHere<T>(values: (T | Promise<T>)[]): values is T[] {
  return !values.some((value) => value instanceof Promise);
}
