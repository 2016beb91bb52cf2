// The tokens keep their contrast in every theme, and the style sheet is made from them.
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { css } from "../src/tokens/css.mjs";

const folder = new URL("../src/tokens/", import.meta.url);
const tokens = JSON.parse(readFileSync(new URL("tokens.json", folder), "utf8"));

/** OKLCH to linear sRGB, by the published matrices of Oklab (Ottosson 2020). */
function linear(text: string): [number, number, number] {
  const [, l, c, h] = /oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/.exec(text)!.map(Number) as [number, number, number, number];
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

/** WCAG 2 relative luminance on 8-bit values. */
function luminance(text: string): number {
  const eight = linear(text).map((value) => {
    const v = Math.min(1, Math.max(0, value));
    const encoded = v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055;
    const channel = Math.round(encoded * 255) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * eight[0] + 0.7152 * eight[1] + 0.0722 * eight[2];
}

function ratio(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each(Object.keys(tokens.color.themes))("theme %s", (theme) => {
  const roles = tokens.color.themes[theme];
  const pairs = Object.entries(tokens.contrast.pairs[theme]) as [string, [number, number]][];

  it("has all roles", () => {
    expect(Object.keys(roles).sort()).toEqual(Object.keys(tokens.color.roles).sort());
  });

  it.each(pairs)("%s", (pair, [, minimum]) => {
    const [front, back] = pair.split(" / ") as [string, string];
    expect(ratio(roles[front].oklch, roles[back].oklch), `${pair} in ${theme}`).toBeGreaterThanOrEqual(minimum);
  });

  it("asks what WCAG asks", () => {
    const high = theme.startsWith("high");
    for (const [pair, [, minimum]] of pairs) {
      const [front, back] = pair.split(" / ") as [string, string];
      const words = front.startsWith("text") || front.endsWith("-text") || front.startsWith("on-a");
      if (words && !["on-air"].includes(front)) expect(minimum, `${front} on ${back}`).toBeGreaterThanOrEqual(high ? 7 : 4.5);
      else expect(minimum).toBeGreaterThanOrEqual(high ? 4.5 : 3);
    }
  });
});

it("makes the style sheet from the tokens", () => {
  const written = readFileSync(new URL("tokens.css", folder), "utf8");
  expect(written, "run: npm run tokens").toBe(css(tokens));
});

it("keeps colours in the tokens: no hex and no oklch anywhere else", () => {
  const source = new URL("../src/", import.meta.url);
  const files = (readdirSync(source, { recursive: true }) as string[]).filter(
    (name) => /\.(svelte|css|ts)$/.test(name) && !name.startsWith("tokens/") && !name.startsWith("bindings/"),
  );
  expect(files.length).toBeGreaterThan(20);
  for (const name of files) {
    const text = readFileSync(new URL(name, source), "utf8");
    expect(text, name).not.toMatch(/#[0-9a-f]{6}\b|#[0-9a-f]{3};|oklch\(\d/i);
  }
});
