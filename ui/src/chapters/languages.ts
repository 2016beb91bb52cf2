// Tags of languages, and their names in the language of the window. Pure.
import { locale } from "../shared/strings";

/** `de-at` as "Austrian German"; the tag itself where nobody knows it. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A tag as it is kept: `de-at`, empty where none was typed; nothing where that is no tag. */
export function languageTag(typed: string): string | undefined {
  const tag = typed.trim().toLowerCase();
  return tag === "" || /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/.test(tag) ? tag : undefined;
}
