// From measured peaks to bars on the screen. Pure.
import type { Peaks } from "../bindings/Peaks";
import type { PeaksPart } from "../bindings/PeaksPart";
import type { Span } from "./span";

/** Whether a part of a waveform holds all of a span, as far as the sound goes. */
export function holds(part: PeaksPart, span: Span, lengthMs: number): boolean {
  const { slice_ms: slice, low } = part.peaks;
  return part.from_ms <= span.fromMs && part.from_ms + low.length * slice >= Math.min(span.toMs, lengthMs) - slice;
}

/** The part to ask for when this span is shown: more on both sides, so that moving needs no new one; nothing where the whole
 * waveform is fine enough for so many bars. */
export function wanted(span: Span, lengthMs: number, peaks: Peaks, number: number): Span & { slices: number } | undefined {
  const wide = span.toMs - span.fromMs;
  if (number <= 0 || wide <= 0 || wide / number >= peaks.slice_ms) return undefined;
  const [fromMs, toMs] = [Math.max(0, Math.floor(span.fromMs - wide)), Math.min(lengthMs, Math.ceil(span.toMs + wide))];
  return { fromMs, toMs, slices: Math.ceil(((toMs - fromMs) / wide) * number) };
}

/** For each bar the highest swing in its slice of time, 0 to 1: of the whole sound, or of the part between two times. */
export function bars(peaks: Peaks, number: number, fromMs = 0, toMs = Infinity): number[] {
  const slices = Math.min(peaks.low.length, peaks.high.length);
  const out: number[] = [];
  if (slices === 0 || number <= 0) return out;
  const first = Math.max(0, fromMs / peaks.slice_ms);
  const last = Math.min(slices, toMs / peaks.slice_ms);
  const wide = (last - first) / number;
  const level = (slice: number) => Math.min(1, Math.max(0, peaks.high[slice] ?? 0, -(peaks.low[slice] ?? 0)) / 127);
  // Closer than what was measured: bars between two measured slices lead from one to the other, so that no steps are seen.
  if (wide < 1) {
    for (let bar = 0; bar < number; bar += 1) {
      const at = Math.max(0, Math.min(slices - 1, first + (bar + 0.5) * wide - 0.5));
      const before = Math.floor(at);
      const way = (1 - Math.cos((at - before) * Math.PI)) / 2;
      out.push(level(before) * (1 - way) + level(Math.min(slices - 1, before + 1)) * way);
    }
    return out;
  }
  for (let bar = 0; bar < number; bar += 1) {
    const from = Math.floor(first + bar * wide);
    const to = Math.max(from + 1, Math.floor(first + (bar + 1) * wide));
    let most = 0;
    for (let slice = from; slice < to && slice < slices; slice += 1) {
      most = Math.max(most, level(slice));
    }
    out.push(most);
  }
  return out;
}

/** Times for the ruler between two times: about every `apart` pixels, on a round step. */
export function ruler(lengthMs: number, width: number, apart = 110, fromMs = 0): number[] {
  const shown = lengthMs - fromMs;
  if (shown <= 0 || width <= 0) return [];
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((s) => s * 1000);
  const step = steps.find((one) => (one / shown) * width >= apart) ?? 3_600_000;
  const out: number[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at < lengthMs - step / 2; at += step) out.push(at);
  return out;
}
