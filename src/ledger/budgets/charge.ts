/** Use of one limit: plain data, kept with the call that caused it, in one transaction. */
export interface Charge {
  counter: string;
  /** The bucket that it counts in; milliseconds since 1970. */
  bucket: number;
  /** Nano-USD, tokens, requests. */
  amount: number;
  forgottenAt: number;
  /** The lease that it is paid from; null: let in without one. */
  window: number | null;
}

/** Part of a lease. */
export interface LeasePart {
  counter: string;
  window: number;
  /** Nano-USD, tokens, requests, calls. */
  amount: number;
}

/** A call under way, and what it is charged with when nothing else becomes known of it. */
export interface OpenReservation {
  /** The id of the call. */
  id: string;
  charges: Charge[];
}

/** Calls under way that are to be written down, and whose they are. */
export interface Opened {
  lessee: Lessee;
  reservations: readonly OpenReservation[];
}

/** What an instance asks of a counter. */
export interface LeaseRequest {
  counter: string;
  window: number;
  /** Use counts from this bucket. */
  from: number;
  /** The whole limit. */
  cap: number;
  /** Less than this helps nobody. */
  least: number;
  /** What all who wait need. */
  wanted: number;
}

export interface LeaseReply {
  /** Added to what the instance has. */
  granted: number;
  /** What is left for anyone after this. */
  available: number;
  /** Used, by all instances. */
  spent: number;
}

/** Who leases. */
export interface Lessee {
  instance: string;
  /** No other instance exists: it may have all that is left. */
  alone: boolean;
  /** Milliseconds after which the lease of an instance that does not renew is void. */
  leaseMs: number;
}
