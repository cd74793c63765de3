/** `kanon demo`: the main job on real input. */
export async function demo(_args: string[], _env: NodeJS.ProcessEnv): Promise<number> {
  return 1;
}
