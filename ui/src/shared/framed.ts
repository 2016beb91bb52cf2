// The page of a frame that shows cleaned HTML. Its policy lets nothing run and nothing be asked of the network: pictures come from
// the library (`notesPictures.ts`), and fonts of this window where a frame wants them.
import { PICTURES } from "./notesPictures";

/** The whole page, its policy before all else; `more` is added to the policy. */
export function framed(html: string, more?: string): string {
  const policy = ["default-src 'none'", PICTURES, more, "form-action 'none'"].filter(Boolean).join("; ");
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body>${html}</body></html>`;
}
