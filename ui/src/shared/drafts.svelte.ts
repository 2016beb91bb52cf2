// A list of things while it is being written: each entry as it stands in its fields, and as it last was fit to be kept.
// What is half written is not sent, and does not take away what was kept before.

/** An entry as it is being written, and as it was last fit to be kept. */
export interface Draft<T> {
  now: T;
  kept?: T;
}

/** Entries as they are kept. */
export const drafts = <T>(list: T[]): Draft<T>[] => list.map((one) => ({ now: one, kept: one }));

/** The same list, in which every entry that fits counts as it stands now. */
export const settled = <T>(list: Draft<T>[], fits: boolean[]): Draft<T>[] => list.map((one, at) => (fits[at] ? { now: one.now, kept: one.now } : one));

/** What of a list can be kept. */
export const keepable = <T>(list: Draft<T>[]): T[] => list.flatMap((one) => (one.kept === undefined ? [] : [one.kept]));

/** One entry at another place; the same list where that cannot be. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  if (from === to || to < 0 || to >= list.length || from < 0 || from >= list.length) return list;
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** A list in fields. `fits` says of each entry whether it can be kept; `send` hands on what can. */
export class Drafts<T> {
  rows = $state.raw<Draft<T>[]>([]);
  readonly #fits: (list: T[]) => boolean[];
  readonly #send: (list: T[]) => void;

  constructor(fits: (list: T[]) => boolean[], send: (list: T[]) => void) {
    this.#fits = fits;
    this.#send = send;
  }

  /** The entries as they stand in the fields. */
  get list(): T[] {
    return this.rows.map((row) => row.now);
  }

  /** Whether something is half written. */
  get open(): boolean {
    return this.#fits(this.list).includes(false);
  }

  /** What came from the library. */
  take(kept: T[]): void {
    this.rows = drafts(kept);
  }

  /** Entries that came to the library meanwhile, beside those in fields, and without those that left it. */
  join(fresh: T[], name: (entry: T) => string, left: Set<string>): void {
    const here = this.rows.filter((row) => !left.has(name(row.now)));
    const known = new Set(here.map((row) => name(row.now)));
    const next = [...here, ...drafts(fresh.filter((entry) => !known.has(name(entry))))];
    if (next.length !== this.rows.length || here.length !== this.rows.length) this.#keep(next);
  }

  change(at: number, part: Partial<T>): void {
    this.#keep(this.rows.map((row, index) => (index === at ? { ...row, now: { ...row.now, ...part } } : row)));
  }

  /** One more; it is sent once it fits. Answers its place. */
  add(entry: T): number {
    this.#keep([...this.rows, { now: entry }]);
    return this.rows.length - 1;
  }

  /** One less; the answer puts it back. */
  remove(at: number): () => void {
    const gone = this.rows[at];
    this.#keep(this.rows.filter((_, index) => index !== at));
    // Beside what came meanwhile.
    return () => {
      if (gone) this.#keep([...this.rows.slice(0, at), gone, ...this.rows.slice(at)]);
    };
  }

  /** To another place; whether it moved. */
  move(from: number, to: number): boolean {
    const next = moved(this.rows, from, to);
    if (next === this.rows) return false;
    this.#keep(next);
    return true;
  }

  /** In an order; answers where the entry of a place is then. */
  sort(before: (a: T, b: T) => number, at: number): number {
    const held = this.rows[at];
    const next = [...this.rows].sort((a, b) => before(a.now, b.now));
    if (next.some((row, index) => row !== this.rows[index])) this.#keep(next);
    return held === undefined ? at : next.findIndex((row) => row.now === held.now);
  }

  #keep(next: Draft<T>[]): void {
    this.rows = settled(next, this.#fits(next.map((row) => row.now)));
    this.#send(keepable(this.rows));
  }
}
