// Pictures of cleaned notes in a frame of this window: those that were brought here come from the library, and those at other
// people's addresses are words, because a preview asks nobody.
import { host } from "../host";
import { t } from "./strings";

/** What frames with such pictures may load: files of the library, and nothing else. */
export const PICTURES = "img-src data: 'self' http://127.0.0.1:*";

/** A tag as the sanitiser writes it: values in double quotes, without brackets. */
const TAG = /<img src="([^"]*)"([^>]*)>/g;
const HERE = /^media:([0-9a-f]{64})$/;

/** The notes with the addresses that the files of their pictures have here. */
export async function withPictures(html: string): Promise<string> {
  const named = new Set([...html.matchAll(TAG)].flatMap(([, src]) => HERE.exec(src ?? "")?.[1] ?? []));
  const found = new Map(await Promise.all([...named].map(async (hash) => [hash, await host.mediaUrl("picture", hash)] as const)));
  return html.replace(TAG, (_, src: string, rest: string) => {
    const address = found.get(HERE.exec(src)?.[1] ?? "");
    return address ? `<img src="${quoted(address)}"${rest}>` : elsewhere(src, /alt="([^"]*)"/.exec(rest)?.[1] ?? "");
  });
}

/** What stands for a picture that is not here. Its parts are HTML already. */
function elsewhere(src: string, alt: string): string {
  const host = /^https:\/\/([^/?#]*)/.exec(src)?.[1];
  const words = host ? quoted(t("notes.picture.elsewhere", { host: "\u0000" })).replace("\u0000", host) : "";
  return [alt, words && `<small>[${words}]</small>`].filter(Boolean).join(" ");
}

function quoted(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
