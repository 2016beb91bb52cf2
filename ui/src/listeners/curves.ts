// Downloads by days since release, laid over each other; what is usual among them. Pure; UTC days.
import type { ReleaseCurve } from "../bindings/ReleaseCurve";

const dayMs = 86_400_000;
const dayOf = (ms: number) => Math.floor(ms / dayMs);

export interface Line {
  id: string;
  title: string;
  number: number | null;
  /** Downloads in all up to and with each day after release; day 0 is the day of release. */
  sums: number[];
}

/** Each curve as sums, no longer than until today and no longer than `most` days. Days before the release count to day 0. */
export function lines(curves: ReleaseCurve[], nowMs: number, most: number): Line[] {
  return curves.map((curve) => {
    const first = dayOf(curve.released_ms);
    const length = Math.max(1, Math.min(most + 1, dayOf(nowMs) - first + 1));
    const daily = new Array<number>(length).fill(0);
    for (const { day, downloads } of curve.by_day) {
      const at = Math.max(0, dayOf(Date.parse(`${day}T00:00:00Z`)) - first);
      if (at < length) daily[at] = (daily[at] ?? 0) + downloads;
    }
    let sum = 0;
    return { id: curve.episode, title: curve.title, number: curve.number, sums: daily.map((count) => (sum += count)) };
  });
}

/** The middle half of all lines on each day, while at least four reach that day. */
export function usual(all: Line[], most: number): { low: number; high: number }[] {
  const out: { low: number; high: number }[] = [];
  for (let day = 0; day <= most; day += 1) {
    const values = all.map((line) => line.sums[day]).filter((value) => value !== undefined).sort((a, b) => a - b);
    if (values.length < 4) break;
    out.push({ low: quantile(values, 0.25), high: quantile(values, 0.75) });
  }
  return out;
}

function quantile(sorted: number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

/** Downloads by weekday, Monday first, as a mean over the days that are in it; unknown where there is no such day. */
export function weekdays(rows: { day: string; downloads: number }[]): (number | null)[] {
  const sums = Array.from({ length: 7 }, () => ({ sum: 0, days: 0 }));
  for (const { day, downloads } of rows) {
    const ms = Date.parse(`${day}T00:00:00Z`);
    const place = Number.isNaN(ms) ? undefined : sums[(new Date(ms).getUTCDay() + 6) % 7];
    if (place) {
      place.sum += downloads;
      place.days += 1;
    }
  }
  return sums.map(({ sum, days }) => (days === 0 ? null : sum / days));
}
