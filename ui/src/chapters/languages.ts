// Names of languages, in the language of the window. Pure.
import { locale } from "../shared/strings";

/** `de-at` as "Austrian German"; the tag itself where nobody knows it. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
