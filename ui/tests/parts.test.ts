// The work behind the parts: rows of a table, entries that fit, dates in zones. Expected values are written by hand.
import { describe, expect, it } from "vitest";
import { moved, wall, zones } from "../src/shared/parts/moments";
import { exact, fitting } from "../src/shared/parts/options";
import { between, byNumber, byText, drawn, ordered, template, turned, type Column } from "../src/shared/parts/table/rows";

interface Row { id: string; title: string; number: number | null }
const rows: Row[] = [
  { id: "a", title: "Folge 10", number: 3 },
  { id: "b", title: "folge 9", number: null },
  { id: "c", title: "Äpfel", number: 3 },
  { id: "d", title: "Zebra", number: 1 },
];
const columns: Column<Row>[] = [
  { key: "title", label: "Title", width: "rest", compare: byText((row) => row.title, "de-DE") },
  { key: "number", label: "Number", width: 60, end: true, compare: byNumber((row) => row.number) },
  { key: "menu", label: "Menu", width: 32, fixed: true },
];
const order = (key: string, down: boolean) => ordered(rows, columns, { key, down }).map((row) => row.id).join("");

describe("rows of a table", () => {
  it("draws what is seen and a little more, never more than there is", () => {
    expect(drawn(0, 480, 48, 10_000, 6)).toEqual({ from: 0, to: 16 });
    expect(drawn(48_000, 480, 48, 10_000, 6)).toEqual({ from: 994, to: 1016 });
    expect(drawn(479_520, 480, 48, 10_000, 6)).toEqual({ from: 9984, to: 10_000 });
    expect(drawn(900_000, 480, 48, 10, 6)).toEqual({ from: 10, to: 10 });
    expect(drawn(0, 480, 48, 0)).toEqual({ from: 0, to: 0 });
  });
  it("orders texts as people do, and numbers with the unknown least", () => {
    expect(order("title", false)).toBe("cbad");
    expect(order("title", true)).toBe("dabc");
    expect(order("number", false)).toBe("bdac");
    expect(order("number", true)).toBe("acdb");
    expect(order("menu", true)).toBe("abcd");
    expect(ordered(rows, columns, undefined)).toBe(rows);
  });
  it("turns up, down, and back to how they came", () => {
    const once = turned(undefined, "title");
    const twice = turned(once, "title");
    expect([once, twice, turned(twice, "title"), turned(twice, "number")]).toEqual([
      { key: "title", down: false }, { key: "title", down: true }, undefined, { key: "number", down: false },
    ]);
  });
  it("selects from one row to another, either way", () => {
    expect(between(["a", "b", "c", "d"], "c", "a")).toEqual(["a", "b", "c"]);
    expect(between(["a", "b"], "gone", "b")).toEqual(["b"]);
  });
  it("keeps widths that were pulled", () => {
    expect(template(columns, { number: 90 })).toBe("minmax(120px, 1fr) 90px 32px");
  });
});

describe("entries that fit", () => {
  const options = ["École du soir", "Nachtschule", "Soirée", "Europe/Berlin"].map((label) => ({ value: label, label }));
  const labels = (typed: string) => fitting(options, typed, 10).map((one) => one.label);
  it("finds without case and accents, beginnings first", () => {
    expect(labels("ecole")).toEqual(["École du soir"]);
    expect(labels("soir")).toEqual(["Soirée", "École du soir"]);
    expect(labels("BERLIN eur")).toEqual(["Europe/Berlin"]);
    expect(labels("berlin/europe")).toEqual(["Europe/Berlin"]);
    expect(labels("  ")).toHaveLength(4);
    expect(labels("zzz")).toEqual([]);
  });
});

it("knows what was typed to its end, with or without air around the stroke", () => {
  const options = [{ value: "Arts/Books", label: "Arts / Books" }, { value: "Arts", label: "Arts" }];
  expect(exact(options, "arts/books")?.value).toBe("Arts/Books");
  expect(exact(options, " Arts ")?.value).toBe("Arts");
  expect(exact(options, "Art")).toBeUndefined();
});

describe("dates in zones", () => {
  const sixInBerlin = Date.UTC(2027, 0, 5, 5, 0);
  it("keeps the time on the clock in another zone", () => {
    expect(moved(sixInBerlin, "Europe/Berlin", "UTC")).toBe(Date.UTC(2027, 0, 5, 6, 0));
    expect(moved(sixInBerlin, "Europe/Berlin", "Pacific/Chatham")).toBe(Date.UTC(2027, 0, 4, 16, 15));
  });
  it("takes an unknown zone for UTC", () => {
    expect(wall(sixInBerlin, "Mars/Olympus").hour).toBe(5);
    expect(zones()).toContain("UTC");
  });
  it("goes through the hour that does not exist", () => {
    // 2026-03-29 02:30 is not in Berlin; the clock goes on to 03:30.
    expect(moved(Date.UTC(2026, 2, 29, 2, 30), "UTC", "Europe/Berlin")).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });
});
