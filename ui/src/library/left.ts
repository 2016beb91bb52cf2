// How long a job still takes, from how fast it went lately. Pure.
import type { Progress } from "../bindings/Progress";

/** When a phase was first heard of, and how far it was. */
export interface Begun {
  phase: string;
  atMs: number;
  done: number;
}

/** What is remembered of a job after it said how far it is. */
export function begun(before: Begun | undefined, progress: Progress, now: number): Begun {
  return before && before.phase === progress.phase && before.done <= progress.done ? before : { phase: progress.phase, atMs: now, done: progress.done };
}

/** Milliseconds left in this phase; nothing while it is too early to say. */
export function left(from: Begun | undefined, progress: Progress, now: number): number | undefined {
  if (!from || progress.total <= 0 || progress.done <= from.done || now - from.atMs < 2000) return undefined;
  return ((progress.total - progress.done) * (now - from.atMs)) / (progress.done - from.done);
}

/** So far back the speed of a transfer is looked at. */
const lately = 5000;

/** How many bytes were over at an instant. */
export interface Sample {
  atMs: number;
  done: number;
}

/** The samples of the last seconds with this one; none from before a step back. */
export function sampled(before: Sample[], progress: Progress, now: number): Sample[] {
  if (!progress.file) return [];
  const last = before.at(-1);
  if (last && last.done > progress.done) return [{ atMs: now, done: progress.done }];
  const kept = before.filter((one) => now - one.atMs <= lately);
  // Large parts come seldom: then it is the time of the last one that counts.
  return [...(kept.length > 0 || !last ? kept : [last]), { atMs: now, done: progress.done }];
}

/** Bytes a second lately; nothing while it is too early to say. */
export function rate(samples: Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < 500) return undefined;
  return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
}
