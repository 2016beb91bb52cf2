// The work behind a table: which rows are drawn, in which order, which are selected. Pure.

export interface Column<T> {
  key: string;
  label: string;
  /** The label is read aloud but not shown (pictures, menus). */
  quiet?: boolean;
  /** Pixels at first; `"rest"` takes what is left. One column of a table is `"rest"`. */
  width: number | "rest";
  /** Numbers stand at the end. */
  end?: boolean;
  /** Makes the column sortable. */
  compare?: (a: T, b: T) => number;
  /** The column is left out while the table is narrower than this. */
  from?: number;
  /** Cannot be made wider or narrower. */
  fixed?: boolean;
}

export interface Sort {
  key: string;
  down: boolean;
}

/** From which row to which (end excluded) is drawn: what is seen, and some before and after. */
export function drawn(top: number, height: number, rowHeight: number, count: number, spare = 6): { from: number; to: number } {
  const from = Math.max(0, Math.floor(top / rowHeight) - spare);
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { from: Math.min(from, count), to: Math.max(Math.min(from, count), to) };
}

/** Rows in the order of a column; equal ones stay as they were, and unsorted means as they came. */
export function ordered<T>(rows: T[], columns: Column<T>[], sort: Sort | undefined): T[] {
  const compare = columns.find((column) => column.key === sort?.key)?.compare;
  if (!sort || !compare) return rows;
  return [...rows].sort((a, b) => (sort.down ? compare(b, a) : compare(a, b)));
}

/** The next order when a head is pressed: up, down, as they came. */
export function turned(sort: Sort | undefined, key: string): Sort | undefined {
  if (sort?.key !== key) return { key, down: false };
  return sort.down ? undefined : { key, down: true };
}

/** The ids from one row to another, both with them. */
export function between(ids: string[], one: string, other: string): string[] {
  const [a, b] = [ids.indexOf(one), ids.indexOf(other)];
  return a < 0 || b < 0 ? [other] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The grid's columns in CSS; widths are in pixels. */
export function template<T>(columns: Column<T>[], widths: Record<string, number>): string {
  return columns.map((column) => (column.width === "rest" ? "minmax(120px, 1fr)" : `${widths[column.key] ?? column.width}px`)).join(" ");
}

/** Compares texts as people sort them; nothing comes last. */
export function byText<T>(text: (row: T) => string | null, locale: string): (a: T, b: T) => number {
  const order = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  return (a, b) => order.compare(text(a) ?? "", text(b) ?? "");
}

/** Compares numbers; unknown is less than everything. */
export function byNumber<T>(number: (row: T) => number | null | undefined): (a: T, b: T) => number {
  const known = (row: T) => number(row) ?? -Infinity;
  return (a, b) => (known(a) === known(b) ? 0 : known(a) - known(b));
}
