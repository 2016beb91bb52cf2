// The square an author chooses in a picture: moved, sized, drawn. Pure; all in pixels of the picture as it is seen.
import type { Square } from "../bindings/Square";

export interface Size {
  width: number;
  height: number;
}

/** The nearest square inside the picture, in whole pixels. */
export function inside(square: Square, { width, height }: Size): Square {
  const side = Math.round(Math.max(1, Math.min(square.side, width, height)));
  const into = (at: number, room: number) => Math.round(Math.max(0, Math.min(at, room)));
  return { left: into(square.left, width - side), top: into(square.top, height - side), side };
}

/** The largest square of the middle. */
export function middle(size: Size): Square {
  const side = Math.min(size.width, size.height);
  return inside({ left: (size.width - side) / 2, top: (size.height - side) / 2, side }, size);
}

/** Another size around the same middle. */
export function sized(square: Square, side: number, size: Size): Square {
  const next = Math.max(1, Math.min(side, size.width, size.height));
  return inside({ left: square.left + (square.side - next) / 2, top: square.top + (square.side - next) / 2, side: next }, size);
}

/** Moved by so many pixels. */
export const moved = (square: Square, across: number, down: number, size: Size): Square => inside({ ...square, left: square.left + across, top: square.top + down }, size);

/** The square from one corner that stays to a point that is pulled. */
export function pulled(square: Square, corner: "start" | "end", x: number, y: number, size: Size): Square {
  if (corner === "end") return inside({ ...square, side: Math.min(Math.max(x - square.left, y - square.top), size.width - square.left, size.height - square.top) }, size);
  const [right, bottom] = [square.left + square.side, square.top + square.side];
  const side = Math.max(1, Math.min(Math.max(right - x, bottom - y), right, bottom));
  return inside({ left: right - side, top: bottom - side, side }, size);
}

/** How the whole picture lies behind a square hole of so many pixels: its width, and how far it is pushed. */
export function behind(square: Square, hole: number, size: Size): { width: number; left: number; top: number } {
  const scale = hole / square.side;
  return { width: size.width * scale, left: -square.left * scale, top: -square.top * scale };
}
