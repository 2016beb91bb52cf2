// A table as CSV (RFC 4180), safe to open in a spreadsheet: a cell that would be read as a formula gets an apostrophe.

/** One answer of a question: columns in order, and rows of plain values. */
export interface Answer {
  columns: string[];
  rows: unknown[][];
}

/** Rows as the plugin gives them, objects by column name. */
export function answer(rows: Record<string, unknown>[]): Answer {
  const columns = rows[0] ? Object.keys(rows[0]) : [];
  return { columns, rows: rows.map((row) => columns.map((column) => row[column])) };
}

/** A value as a person reads it; what is unknown is a dash, bytes are counted. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return `${value.length} B`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const plain = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function csv({ columns, rows }: Answer): string {
  return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
