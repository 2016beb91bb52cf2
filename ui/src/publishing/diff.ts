// Which words of two lines differ. Pure.

export interface Piece {
  text: string;
  differs: boolean;
}

/** Splits both lines into what is the same at the ends and what differs between, on word borders. */
export function differing(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const one = before.split(/(?<=\s)/);
  const other = after.split(/(?<=\s)/);
  let head = 0;
  while (head < one.length && head < other.length && one[head]?.trim() === other[head]?.trim()) head += 1;
  let tail = 0;
  while (tail < one.length - head && tail < other.length - head && one.at(-1 - tail)?.trim() === other.at(-1 - tail)?.trim()) tail += 1;
  const pieces = (words: string[]): Piece[] =>
    [
      { text: words.slice(0, head).join(""), differs: false },
      { text: words.slice(head, words.length - tail).join("").trimEnd(), differs: true },
      { text: ` ${words.slice(words.length - tail).join("")}`.trimEnd(), differs: false },
    ].filter((piece) => piece.text !== "");
  return { before: pieces(one), after: pieces(other) };
}
