/** What the fixture worker does. */
export interface FixtureJobs {
  echo: { input: unknown; output: unknown };
  pid: { input: null; output: number };
  /** Answers after so many ms. */
  wait: { input: number; output: number };
  /** Holds the child's event loop for ever. */
  stall: { input: null; output: null };
  crash: { input: null; output: null };
  /** Keeps so many MB for the life of the process. */
  grow: { input: number; output: number };
  fail: { input: 'upstream' | 'media' | 'input' | 'plain'; output: null };
  environment: { input: string; output: string | null };
}
