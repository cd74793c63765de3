/** Which alert: a rule, and what it is about. */
export interface AlertKey {
  rule: string;
  subject: string;
}

/** That it begins, or that it is over: each is to be told once. */
export interface AlertStep extends AlertKey {
  state: 'firing' | 'resolved';
}

/** An alert with what is told of it, as JSON. */
export interface SeenAlert extends AlertKey {
  detail: string;
}

/** What the instance that gets it is to tell. */
export interface AlertTask extends AlertStep {
  detail: string;
}

/** What one instance has to say to the others. */
export interface AlertLook {
  /** All that it sees firing. */
  seen: readonly SeenAlert[];
  /** What it is telling now: nobody else need. */
  telling: readonly AlertStep[];
  /** What it has told since it was last asked. */
  told: readonly AlertStep[];
  /** Milliseconds after which it counts as gone when it says nothing more. */
  keepMs: number;
}

/** How instances agree on who tells what, and what is known of alerts after a restart. */
export interface AlertAgreement {
  /** Nobody else looks: they need only be asked when something has changed. */
  readonly alone: boolean;
  /** What this instance saw firing when it was last here. @throws Error when it cannot be known now */
  seenBefore(): Promise<SeenAlert[]>;
  /** @returns what this instance is to tell. @throws Error when no agreement can be had now */
  agree(look: AlertLook): Promise<AlertTask[]>;
}
