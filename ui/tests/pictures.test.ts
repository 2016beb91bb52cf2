// The square of a picture: wherever it is pulled, it stays a square inside.
import { describe, expect, it } from "vitest";
import { behind, inside, middle, moved, pulled, sized } from "../src/pictures/square";

const size = { width: 3000, height: 1500 };

describe("the square", () => {
  it("begins as the largest in the middle", () => {
    expect(middle(size)).toEqual({ left: 750, top: 0, side: 1500 });
    expect(middle({ width: 800, height: 1000 })).toEqual({ left: 0, top: 100, side: 800 });
  });
  it("stays inside, however far it is moved", () => {
    const square = { left: 100, top: 100, side: 1000 };
    expect(moved(square, -500, 50, size)).toEqual({ left: 0, top: 150, side: 1000 });
    expect(moved(square, 9000, 9000, size)).toEqual({ left: 2000, top: 500, side: 1000 });
  });
  it("keeps its middle when it is made smaller", () => {
    expect(sized({ left: 1000, top: 200, side: 1000 }, 500, size)).toEqual({ left: 1250, top: 450, side: 500 });
    expect(sized({ left: 0, top: 0, side: 100 }, 9000, size).side).toBe(1500);
  });
  it("follows the corner that is pulled, while the other stays", () => {
    const square = { left: 1000, top: 200, side: 1000 };
    expect(pulled(square, "end", 1600, 700, size)).toEqual({ left: 1000, top: 200, side: 600 });
    expect(pulled(square, "start", 1500, 900, size)).toEqual({ left: 1500, top: 700, side: 500 });
    for (const corner of ["start", "end"] as const) {
      for (const [x, y] of [[-9000, -9000], [9000, 9000], [1500, -9000]] as const) {
        const to = pulled(square, corner, x, y, size);
        expect(to).toEqual(inside(to, size));
        if (corner === "start") expect([to.left + to.side, to.top + to.side]).toEqual([2000, 1200]);
        else expect([to.left, to.top]).toEqual([1000, 200]);
      }
    }
  });
  it("is shown through a hole of any size", () => {
    expect(behind({ left: 1500, top: 0, side: 1500 }, 300, size)).toEqual({ width: 600, left: -300, top: -0 });
  });
});
