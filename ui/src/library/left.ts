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
