// Passages of a recording: as people type them, and where they are heard in the sound that was made.
import type { Timeline } from "../bindings/Timeline";

const pattern = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,](\d{1,3}))?$/;

/** `1:02:03.5`, `2:03`, `90,25`: milliseconds; nothing when it is no instant. */
export function parseInstant(text: string): number | undefined {
  const found = pattern.exec(text.trim());
  if (!found) return undefined;
  const [, hours, minutes, seconds, fraction] = found;
  return (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds)) * 1000 + Number((fraction ?? "").padEnd(3, "0"));
}

/** An instant to the millisecond, as it is typed. */
export function instant(ms: number): string {
  const whole = Math.floor(ms / 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const clock = hours > 0 ? `${String(hours)}:${two(minutes)}` : String(minutes);
  return `${clock}:${two(whole % 60)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}

/** Where an instant of the recording is heard now, or the next one that is heard at all. */
export function heardAt(timeline: Timeline, masterMs: number): number {
  if (timeline.length === 0) return masterMs;
  let at = 0;
  let end = 0;
  for (const piece of timeline) {
    if (typeof piece.heard === "object") {
      const start = piece.heard.master;
      if (masterMs < start + piece.length_ms) return at + Math.max(0, masterMs - start);
      end = at + piece.length_ms;
    }
    at += piece.length_ms;
  }
  return end;
}

/** The instant of the recording that is heard; nothing in an intro or outro. */
export function recordedAt(timeline: Timeline, outputMs: number): number | undefined {
  if (timeline.length === 0) return outputMs;
  let at = 0;
  let last: number | undefined;
  for (const piece of timeline) {
    if (typeof piece.heard === "object") {
      if (outputMs >= at && outputMs < at + piece.length_ms) return piece.heard.master + outputMs - at;
      if (outputMs === at + piece.length_ms) last = piece.heard.master + piece.length_ms;
    }
    at += piece.length_ms;
  }
  return last;
}
