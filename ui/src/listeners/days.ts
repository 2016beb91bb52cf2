// Days without gaps: a day nobody fetched anything is a zero, once numbers exist. Pure; UTC days.
import type { DayRow } from "../bindings/DayRow";

const dayMs = 86_400_000;
const name = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The last `length` days to today, or from the first counted day; at least a week, at most a year of bars. */
export function period(rows: DayRow[], length: number | undefined, now: number): DayRow[] {
  const today = Math.floor(now / dayMs) * dayMs;
  const counted = new Map(rows.map((row) => [row.day, row.downloads]));
  const first = rows.map((row) => Date.parse(`${row.day}T00:00:00Z`)).filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b)[0] ?? today;
  const last = Math.max(today, ...rows.map((row) => Date.parse(`${row.day}T00:00:00Z`)).filter((ms) => !Number.isNaN(ms)));
  const begin = length === undefined ? Math.max(Math.min(first, last - 6 * dayMs), last - 365 * dayMs) : today - (length - 1) * dayMs;
  const out: DayRow[] = [];
  for (let at = begin; at <= (length === undefined ? last : today); at += dayMs) out.push({ day: name(at), downloads: counted.get(name(at)) ?? 0 });
  return out;
}

/** Every day from one to another, both with them; at most the last year of them. */
export function between(rows: DayRow[], from: string, to: string): DayRow[] {
  const counted = new Map(rows.map((row) => [row.day, row.downloads]));
  const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  const out: DayRow[] = [];
  for (let at = Math.max(first, last - 365 * dayMs); at <= last; at += dayMs) out.push({ day: name(at), downloads: counted.get(name(at)) ?? 0 });
  return out;
}

/** Roundness for a chart whose lines should fill it. */
export const fine = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** A round number at or above the highest bar, for the axis. */
export function top(most: number, steps: number[] = [1, 2, 4, 5, 10]): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return steps.map((step) => step * power).find((one) => one >= most) ?? most;
}
