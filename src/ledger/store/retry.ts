/** PostgreSQL: deadlock detected, serialization failure. Nothing was done, and the same may succeed now. */
const PASSING = new Set(['40P01', '40001']);
const TIMES = 3;

/** Runs a transaction again that the database gave up in favour of another. */
export async function retrying<T>(transaction: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await transaction();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (time === TIMES || typeof code !== 'string' || !PASSING.has(code)) throw error;
    }
  }
}
