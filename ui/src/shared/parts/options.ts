// Which entries of a list fit what was typed. Pure.

export interface Option {
  value: string;
  label: string;
  hint?: string;
}

/** Without case and accents, so that "ecole" finds "École". */
export const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Those with every typed word in them, beginnings first; at most `most`. */
export function fitting<T extends Option>(options: T[], typed: string, most: number): T[] {
  const words = plain(typed).split(/[\s/]+/).filter(Boolean);
  if (words.length === 0) return options.slice(0, most);
  const first: T[] = [];
  const rest: T[] = [];
  for (const option of options) {
    const text = plain(`${option.label} ${option.hint ?? ""}`);
    if (!words.every((word) => text.includes(word))) continue;
    (text.startsWith(words[0] ?? "") ? first : rest).push(option);
  }
  return [...first, ...rest].slice(0, most);
}

/** The one that is called exactly what was typed, if any. */
export function exact<T extends Option>(options: T[], typed: string): T | undefined {
  const same = (text: string) => plain(text).replace(/\s*\/\s*/g, "/").trim();
  return options.find((option) => same(option.label) === same(typed) || same(option.value) === same(typed));
}
