import type { LeaseRequest } from './charge.ts';
import type { Counters, LocalCounter, Part } from './counter.ts';

/** What a counter has too little of. */
export interface Need {
  part: Part;
  amount: number;
}

/** Where a limit stands, all instances together. */
export interface Standing {
  spent: number;
  /** What instances hold, reserved or idle. */
  leased: number;
}

export type StandingRequest = Pick<LeaseRequest, 'counter' | 'window' | 'from'>;

/**
 * Who leases parts of limits to this instance: what is used and what is leased are together never more than a limit,
 * so instances that spend only what they have leased never pass it together.
 */
export interface Lender {
  /** What is leased here. */
  readonly counters: Counters;
  /** For a warning: what could not be checked. */
  readonly lends: string;
  /** False while this instance could not say for some time that it lives: others may have been given what was leased here. */
  readonly isTrusted: boolean;
  start(): Promise<void>;
  /** Asks for what is needed. Resolves when that is answered, whatever was given; rejects soon when it is not. */
  lease(needs: readonly Need[]): Promise<void>;
  standing(counters: readonly StandingRequest[]): Promise<Standing[]>;
  /** Of what a counter holds so much was used, in a bucket of its window. Only for lenders that keep no record of calls. */
  used?(counter: LocalCounter, amount: number, bucket: number, forgottenAt: number): void;
  /** Gives back all that is not in use: limits may have become smaller. Never throws. */
  giveBack(): Promise<void>;
  /** Gives everything back; what fails is made up for by time. */
  close(): Promise<void>;
}
