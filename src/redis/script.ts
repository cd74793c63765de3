import { createHash } from 'node:crypto';

/** A script in Lua that Redis runs as one step. It may touch the keys only that it is given. */
export class RedisScript {
  readonly source: string;
  /** Redis knows a script by this once it has seen it. */
  readonly sha: string;

  constructor(source: string) {
    this.source = source;
    this.sha = createHash('sha1').update(source).digest('hex');
  }
}
