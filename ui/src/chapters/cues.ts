// Transcripts (WebVTT, SubRip) as cues to read and to change: only the words change, everything else stays as it is. Pure.

export interface Cue {
  startMs: number;
  endMs: number;
  /** Who speaks, where the file says so. */
  speaker: string;
  /** The words, without marks. */
  text: string;
  /** Lines of the file that hold the words: first, and one after the last. */
  from: number;
  to: number;
}

const arrow = /^\s*(\d{1,3}:)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(\d{1,3}:)?(\d{1,2}):(\d{2})[.,](\d{1,3})/;
const mostCues = 50_000;

const ms = (h: string | undefined, m: string | undefined, s: string | undefined, f: string | undefined) =>
  ((parseInt(h ?? "0", 10) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number((f ?? "").padEnd(3, "0"));

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "\u200e", "&rlm;": "\u200f" };

/** The words of a cue without marks, and its speaker (`<v Name>` of WebVTT, `NAME:` of SubRip). */
function words(lines: string[]): { speaker: string; text: string } {
  const whole = lines.join("\n");
  const voice = /<v(?:\.[\w.]*)?\s+([^>]+)>/.exec(whole)?.[1]?.trim() ?? "";
  const clean = whole.replace(/<\/?[a-z0-9][^>]*>/gi, "").replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (sign) => entities[sign] ?? sign);
  return { speaker: voice, text: clean.trim() };
}

/** All cues of a file, in its order. */
export function cues(source: string): Cue[] {
  const lines = source.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  const out: Cue[] = [];
  for (let at = 0; at < lines.length && out.length < mostCues; at += 1) {
    const found = arrow.exec(lines[at] ?? "");
    if (!found) continue;
    const from = at + 1;
    let to = from;
    while (to < lines.length && (lines[to] ?? "").trim() !== "" && !arrow.test(lines[to] ?? "")) to += 1;
    out.push({
      startMs: ms(found[1], found[2], found[3], found[4]),
      endMs: ms(found[5], found[6], found[7], found[8]),
      ...words(lines.slice(from, to)),
      from,
      to,
    });
    at = to - 1;
  }
  return out;
}

/** The file with other words in one cue; blank lines would end the cue and are left out. */
export function rewritten(source: string, cue: Cue, text: string, vtt: boolean): string {
  const end = /\r\n/.test(source) ? "\r\n" : "\n";
  const lines = source.split(/\r\n|\r|\n/);
  const safe = (line: string) => (vtt ? line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;") : line);
  const fresh = text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter(Boolean).map((line) => safe(line.replace(/-->/g, "→")));
  const voice = /^\s*(<v(?:\.[\w.]*)?\s+[^>]+>)/.exec(lines[cue.from] ?? "")?.[1];
  if (voice) fresh[0] = `${voice}${fresh[0] ?? ""}`;
  lines.splice(cue.from, cue.to - cue.from, ...fresh);
  return lines.join(end);
}

/** The same file with other words in the cue at this place; nothing where it holds others than `before` by now. */
export function corrected(source: string, place: number, before: string, text: string, vtt: boolean): string | undefined {
  const cue = cues(source)[place];
  return cue?.text === before ? rewritten(source, cue, text, vtt) : undefined;
}

/** The cue that is spoken at a time: the last that began and has not ended; -1 for none. */
export function spoken(list: Cue[], atMs: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.startMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  const found = list[low - 1];
  return found && atMs < found.endMs ? low - 1 : -1;
}
