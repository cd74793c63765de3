/**
 * Tokens of one call by kind. `input` and `output` are all there are. `cachedInput`, `cacheWrite`, `audioInput` and
 * `imageInput` are parts of `input`; `reasoning` and `audioOutput` are parts of `output`.
 */
export interface TokenUsage {
  input: number;
  output: number;
  /** Input tokens that the vendor read from its cache. */
  cachedInput: number;
  /** Input tokens that the vendor wrote to its cache. */
  cacheWrite: number;
  /** Output tokens spent on reasoning that is not part of the answer. */
  reasoning: number;
  /** Input tokens of sounds; those that came from the cache may be among them. */
  audioInput: number;
  /** Output tokens of sounds. */
  audioOutput: number;
  /** Input tokens of pictures, where the vendor counts them apart. */
  imageInput: number;
  /** False where the vendor reported no usage and the numbers are this gateway's estimate. */
  reported: boolean;
  /** How the vendor served it, in its own word (`default`, `flex`, `batch`, `priority`): absent where that is not told. */
  serviceTier?: string;
  /** How often the vendor's own tools were used, by their names; it may charge for each. */
  toolUses?: Readonly<Record<string, number>>;
}

/** What a call cost in USD; null where the price of the target is not known. */
export interface Cost {
  usd: number | null;
}

export const NO_USAGE: TokenUsage = {
  input: 0,
  output: 0,
  cachedInput: 0,
  cacheWrite: 0,
  reasoning: 0,
  audioInput: 0,
  audioOutput: 0,
  imageInput: 0,
  reported: true,
};

/** Sums usage over several requests; an estimate in any of them makes the sum an estimate. */
export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const tier = a.serviceTier ?? b.serviceTier;
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cachedInput: a.cachedInput + b.cachedInput,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    reasoning: a.reasoning + b.reasoning,
    audioInput: a.audioInput + b.audioInput,
    audioOutput: a.audioOutput + b.audioOutput,
    imageInput: a.imageInput + b.imageInput,
    reported: a.reported && b.reported,
    ...(tier !== undefined && { serviceTier: tier }),
    ...((a.toolUses ?? b.toolUses) !== undefined && { toolUses: addUses(a.toolUses, b.toolUses) }),
  };
}

function addUses(a: TokenUsage['toolUses'] = {}, b: TokenUsage['toolUses'] = {}): Record<string, number> {
  const sums: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
