// Which part of the sound the waveform shows. Pure.

export interface Span {
  fromMs: number;
  toMs: number;
}

/** Nothing shorter is shown. */
export const shortestMs = 5_000;

/** The span, moved so that it lies inside the sound. */
function inside(fromMs: number, wide: number, lengthMs: number): Span {
  const from = Math.max(0, Math.min(fromMs, lengthMs - wide));
  return { fromMs: from, toMs: from + wide };
}

/** Closer (`factor` below 1) or further, with the time `aroundMs` staying where it is drawn. */
export function zoomed(span: Span, factor: number, aroundMs: number, lengthMs: number): Span {
  const now = span.toMs - span.fromMs;
  const wide = Math.min(lengthMs, Math.max(Math.min(shortestMs, lengthMs), now * factor));
  if (wide > lengthMs * 0.995) return { fromMs: 0, toMs: lengthMs };
  const part = now > 0 ? (Math.max(span.fromMs, Math.min(span.toMs, aroundMs)) - span.fromMs) / now : 0;
  return inside(aroundMs - part * wide, wide, lengthMs);
}

/** Earlier or later. */
export function moved(span: Span, byMs: number, lengthMs: number): Span {
  return inside(span.fromMs + byMs, span.toMs - span.fromMs, lengthMs);
}

/** The same span while the time is in it; else a page further, with a little of the page before. */
export function following(span: Span, atMs: number, lengthMs: number): Span {
  if (atMs >= span.fromMs && atMs <= span.toMs) return span;
  const wide = span.toMs - span.fromMs;
  return inside(atMs - wide * 0.1, wide, lengthMs);
}
