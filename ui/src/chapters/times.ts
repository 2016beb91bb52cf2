// Times as people type and read them in a list of chapters. Pure.

const pattern = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?$/;

/** `1:02:03.5`, `62:03`, `3723.5`: milliseconds; nothing when it is not a time. */
export function parseTime(text: string): number | undefined {
  const found = pattern.exec(text.trim());
  if (!found) return undefined;
  const [hours, minutes, seconds] = [found[1], found[2], found[3]].map((part) => Number(part ?? 0)) as [number, number, number];
  if (found[2] !== undefined && seconds > 59) return undefined;
  if (found[1] !== undefined && minutes > 59) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number((found[4] ?? "").padEnd(3, "0"));
}

/** `1:02:03`, with as many digits behind the point as it has, at most three. */
export function writeTime(ms: number): string {
  const whole = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  const rest = ms % 1000 ? `.${String(ms % 1000).padStart(3, "0").replace(/0+$/, "")}` : "";
  return (h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`) + rest;
}
