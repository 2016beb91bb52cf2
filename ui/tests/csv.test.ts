// CSV of the Reports window: RFC 4180, and no formula for a spreadsheet.
import { describe, expect, it } from "vitest";
import { answer, csv, shown } from "../src/reports/csv";

describe("csv", () => {
  it("keeps columns in order and quotes what must be quoted (RFC 4180 §2.5-2.7)", () => {
    const table = answer([{ title: 'He said "yes", twice\nand left', downloads: 12 }, { title: "plain", downloads: null }]);
    expect(csv(table)).toBe('title,downloads\r\n"He said ""yes"", twice\nand left",12\r\nplain,\r\n');
  });
  it("lets no title become a formula, and leaves numbers alone", () => {
    expect(csv(answer([{ a: '=HYPERLINK("x")', b: -3, c: "+49", d: "@x" }]))).toBe('a,b,c,d\r\n"\'=HYPERLINK(""x"")",-3,\'+49,\'@x\r\n');
  });
  it("shows what is unknown as a dash and counts bytes", () => {
    expect([shown(null), shown([1, 2, 3]), shown(0), shown("")]).toEqual(["–", "3 B", "0", ""]);
  });
});
