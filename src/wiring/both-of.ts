/** Both, or none: what did open is closed again when the other does not. */
export async function bothOf<A extends Closable, B extends Closable>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  try {
    return await Promise.all([one, other]);
  } catch (error) {
    for (const opened of await Promise.allSettled([one, other])) if (opened.status === 'fulfilled') await opened.value.close();
    throw error;
  }
}

interface Closable {
  close(): Promise<void>;
}
