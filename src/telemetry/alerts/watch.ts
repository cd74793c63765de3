import type { EndedCall } from '../metrics/metrics.ts';
import type { AlertRule } from '../../config/config.ts';
import { SlidingWindow } from './window.ts';

/** How one thing stands that a rule watches. */
export interface Reading {
  /** What it is about, such as a target or a budget; empty where there is only one. */
  subject: string;
  value: number;
  threshold: number;
  /** Words for people. */
  text: string;
}

/** What is seen of the work. Times in milliseconds since 1970. */
export interface Watch {
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
const HOUR_MS = 3_600_000;
const SLOW_SHARE = 0.95;

/** @param budgets how far they are used up, as it was looked up last */
export function watchOf(rule: AlertRule, budgets: () => readonly BudgetReading[]): Watch {
  switch (rule.kind) {
    case 'errorRate': {
      const faults = new SlidingWindow(rule.over);
      return {
        callEnded: ({ code, meta }, now) => {
          if (rule.model === null || rule.model === meta.model) faults.add(FAULTS.has(code) ? 1 : 0, now);
        },
        read: (now) => {
          const calls = faults.count(now);
          const value = calls < rule.minCalls ? 0 : faults.sum(now) / calls;
          return [{ subject: rule.model ?? '', value, threshold: rule.above, text: `${percent(value)} of ${calls} calls fail` }];
        },
      };
    }
    case 'latency': {
      const durations = new SlidingWindow(rule.over);
      return {
        callEnded: ({ outcome, meta }, now) => {
          if (outcome === 'ok' && (rule.model === null || rule.model === meta.model)) durations.add(meta.durationMs, now);
        },
        read: (now) => {
          const value = durations.count(now) < rule.minCalls ? 0 : (durations.quantile(SLOW_SHARE, now) ?? 0);
          return [{ subject: rule.model ?? '', value, threshold: rule.above, text: `one of twenty calls takes longer than ${Math.round(value)} ms` }];
        },
      };
    }
    case 'spend': {
      const hour = new SlidingWindow(HOUR_MS);
      const day = new SlidingWindow(24 * HOUR_MS);
      const since = Date.now();
      return {
        callEnded: ({ meta }, now) => {
          hour.add(meta.cost.usd ?? 0, now);
          day.add(meta.cost.usd ?? 0, now);
        },
        read: (now) => {
          const value = hour.sum(now);
          const before = (day.sum(now) - value) / Math.max(1, Math.min(23, (now - since) / HOUR_MS - 1));
          const threshold = rule.times === undefined ? rule.above : Math.max(rule.above, before * rule.times);
          return [{ subject: '', value, threshold, text: `the last hour has cost ${value.toFixed(2)} USD` }];
        },
      };
    }
    case 'refusedKeys': {
      const refused = new SlidingWindow(rule.over);
      return {
        refused: (count, now) => refused.add(count, now),
        read: (now) => [{ subject: '', value: refused.sum(now), threshold: rule.above, text: `${refused.sum(now)} callers were not let in` }],
      };
    }
    case 'budget':
      return {
        read: () => budgets().map(({ subject, share }) => ({ subject, value: share, threshold: rule.at, text: `${percent(share)} of the budget of ${subject} is used` })),
      };
    case 'breaker': {
      const open = new Map<string, number>();
      const seen = new Set<string>();
      return {
        breakerChanged: (target, isOpen, now) => {
          seen.add(target);
          if (!isOpen) open.delete(target);
          else if (!open.has(target)) open.set(target, now);
        },
        read: (now) => [...seen].map((target) => ({ subject: target, value: now - (open.get(target) ?? now), threshold: rule.for, text: `${target} keeps failing and is left alone` })),
      };
    }
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
