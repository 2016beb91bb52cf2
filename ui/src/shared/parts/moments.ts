// Instants and the clock of a zone. Pure; what a person typed is a wall time in a zone.
import { fromAbsolute, toCalendarDateTime, toZoned, type ZonedDateTime } from "@internationalized/date";

/** All zones this machine knows, with UTC. */
export function zones(): string[] {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
}

/** The wall time of an instant in a zone; a zone nobody knows counts as UTC. */
export function wall(ms: number, zone: string): ZonedDateTime {
  try {
    return fromAbsolute(ms, zone);
  } catch {
    return fromAbsolute(ms, "UTC");
  }
}

/** The same wall time in another zone: 06:00 stays 06:00. */
export function moved(ms: number, from: string, to: string): number {
  return toZoned(toCalendarDateTime(wall(ms, from)), to).toDate().getTime();
}
