/** How long sockets live, in milliseconds. */
export interface SocketLife {
  /** Without an operation. */
  idleMs: number;
  /** At all. */
  maxAgeMs: number;
}

/** One socket, as far as its age goes. */
export interface LivingSocket {
  openedAt: number;
  /** When an operation was last seen running, or a message came. */
  activeAt: number;
}

/** Why a socket is to be closed; null when it may stay. Times as `Date.now()` counts. */
export function endOf({ openedAt, activeAt }: LivingSocket, { idleMs, maxAgeMs }: SocketLife, now: number): string | null {
  if (now - openedAt >= maxAgeMs) return 'Too old: connect again';
  return now - activeAt >= idleMs ? 'Idle' : null;
}
