// How numbers, times and sizes are written. Pure; the zone is an argument.
import { locale, t } from "./strings";

/** Writers of numbers and dates are dear to make: one of each kind is kept for the language spoken. */
let madeFor = "";
let numbers = new Intl.NumberFormat();
let oneDigit = numbers;
const dates = new Map<string, Intl.DateTimeFormat>();

function ready(): void {
  if (madeFor === locale) return;
  madeFor = locale;
  numbers = new Intl.NumberFormat(locale);
  oneDigit = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  dates.clear();
}

function writer(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  ready();
  const name = JSON.stringify(options);
  const known = dates.get(name) ?? new Intl.DateTimeFormat(locale, options);
  dates.set(name, known);
  return known;
}

/** The zone of this machine, for times the author reads. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** A count, or a dash when unknown. */
export function count(value: number | null | undefined): string {
  ready();
  return value === null || value === undefined ? t("common.unknown") : numbers.format(value);
}

/** `39:26`, `1:02:03`; a dash when unknown. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return t("common.unknown");
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A position with tenths, `14:40.2`. */
export function position(ms: number): string {
  const tenths = Math.floor(ms / 100);
  return `${duration(Math.floor(tenths / 10) * 1000)}.${tenths % 10}`;
}

/** `38.2 MB`, in powers of a thousand. */
export function bytes(value: number): string {
  ready();
  if (value < 1000) return `${numbers.format(value)} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = value;
  let unit = -1;
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size < 100 ? oneDigit.format(size) : numbers.format(Math.round(size))} ${units[unit]}`;
}

/** A level in LUFS or dB, with a true minus sign. */
export function level(value: number | null | undefined): string {
  if (value === null || value === undefined) return t("common.unknown");
  ready();
  return oneDigit.format(value).replace("-", "−");
}

/** `29 Dec 2026`; a dash when unknown. */
export function date(ms: number | null | undefined, zone: string = ownZone()): string {
  if (ms === null || ms === undefined) return t("common.unknown");
  return writer({ day: "numeric", month: "short", year: "numeric", timeZone: zone }).format(ms);
}

/** `Tue 5 Jan 2027 06:00`. */
export function moment(ms: number, zone: string = ownZone()): string {
  const whole = writer({
    weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
  });
  if (!locale.startsWith("en")) return whole.format(ms);
  const parts = whole.formatToParts(ms);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("weekday")} ${part("day")} ${part("month")} ${part("year")} ${part("hour")}:${part("minute")}`;
}

/** `14:05`. */
export const clock = (ms: number, zone: string = ownZone()): string => writer({ hour: "2-digit", minute: "2-digit", timeZone: zone }).format(ms);

/** `2 minutes ago`. */
export function ago(ms: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const seconds = Math.round((ms - now) / 1000);
  if (Math.abs(seconds) < 60) return t("common.justNow");
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** A UTC day (`2026-11-20`) as `20 Nov`. */
export function day(text: string): string {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms)) return text;
  return writer({ day: "numeric", month: "short", timeZone: "UTC" }).format(ms);
}

/** What a `datetime-local` field holds for an instant, in this machine's zone. */
export function localField(ms: number | null): string {
  if (ms === null) return "";
  const at = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
