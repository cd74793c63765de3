import type { EndedCall } from '../metrics/metrics.ts';
import type { AlertRule } from '../../config/config.ts';
import { type HourSpend, lastHour } from './spend.ts';
import { SlidingWindow } from './window.ts';

/** How one thing stands that a rule watches. */
export interface Reading {
  /** What it is about, such as a target or a budget; empty where there is only one. */
  subject: string;
  value: number;
  threshold: number;
  /** Words for people. */
  text: string;
  /** False while this process has not watched for long enough to say that all is well. */
  sure: boolean;
}

/** What is seen of the work. Times in milliseconds since 1970. */
export interface Watch {
  /** Milliseconds for which a subject of which nothing is read is taken to stand as it did. */
  forgetMs: number;
  callEnded?(call: EndedCall, now: number): void;
  /** Callers that were not let in. */
  refused?(count: number, now: number): void;
  breakerChanged?(target: string, open: boolean, now: number): void;
  read(now: number): Reading[];
}

/** How far budgets are used up. */
export interface BudgetReading {
  subject: string;
  share: number;
}

const FAULTS: ReadonlySet<string | null> = new Set<string | null>(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'STREAM_INTERRUPTED', 'INTERNAL']);
/** A budget that no call is under is not looked up. */
const BUDGET_FORGET_MS = 3_600_000;
const SLOW_SHARE = 0.95;

/** What is looked up for all rules, as it was last. */
export interface LookedUp {
  /** How far they are used up. */
  budgets: () => readonly BudgetReading[];
  spend: () => readonly HourSpend[];
}

export function watchOf(rule: AlertRule, { budgets, spend }: LookedUp): Watch {
  const since = Date.now();
  switch (rule.kind) {
    case 'errorRate': {
      const faults = new SlidingWindow(rule.over);
      return {
        forgetMs: 0,
        callEnded: ({ code, meta }, now) => {
          if (rule.model === null || rule.model === meta.model) faults.add(FAULTS.has(code) ? 1 : 0, now);
        },
        read: (now) => {
          const calls = faults.count(now);
          const value = calls < rule.minCalls ? 0 : faults.sum(now) / calls;
          return [{ subject: rule.model ?? '', value, threshold: rule.above, text: `${percent(value)} of ${calls} calls fail`, sure: now - since >= rule.over }];
        },
      };
    }
    case 'latency': {
      const durations = new SlidingWindow(rule.over);
      return {
        forgetMs: 0,
        callEnded: ({ outcome, meta }, now) => {
          if (outcome === 'ok' && (rule.model === null || rule.model === meta.model)) durations.add(meta.durationMs, now);
        },
        read: (now) => {
          const value = durations.count(now) < rule.minCalls ? 0 : (durations.quantile(SLOW_SHARE, now) ?? 0);
          return [{ subject: rule.model ?? '', value, threshold: rule.above, text: `one of twenty calls takes longer than ${Math.round(value)} ms`, sure: now - since >= rule.over }];
        },
      };
    }
    case 'spend':
      return {
        forgetMs: 0,
        read: (now) => {
          const { usd, usual } = lastHour(spend(), now);
          const threshold = rule.times === undefined ? rule.above : Math.max(rule.above, usual * rule.times);
          return [{ subject: '', value: usd, threshold, text: `the last hour has cost ${usd.toFixed(2)} USD`, sure: true }];
        },
      };
    case 'refusedKeys': {
      const refused = new SlidingWindow(rule.over);
      return {
        forgetMs: 0,
        refused: (count, now) => refused.add(count, now),
        read: (now) => [{ subject: '', value: refused.sum(now), threshold: rule.above, text: `${refused.sum(now)} callers were not let in`, sure: now - since >= rule.over }],
      };
    }
    case 'budget':
      return {
        forgetMs: BUDGET_FORGET_MS,
        read: () => budgets().map(({ subject, share }) => ({ subject, value: share, threshold: rule.at, text: `${percent(share)} of the budget of ${subject} is used`, sure: true })),
      };
    case 'breaker': {
      const open = new Map<string, number>();
      const seen = new Set<string>();
      return {
        forgetMs: 2 * rule.for,
        breakerChanged: (target, isOpen, now) => {
          seen.add(target);
          if (!isOpen) open.delete(target);
          else if (!open.has(target)) open.set(target, now);
        },
        read: (now) =>
          [...seen].map((target) => {
            const value = now - (open.get(target) ?? now);
            return { subject: target, value, threshold: rule.for, text: `${target} keeps failing and is left alone`, sure: !open.has(target) || value >= rule.for };
          }),
      };
    }
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
