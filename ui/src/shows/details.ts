// The fields of a show's details: their order, their names, what they show. Pure.
import type { Show } from "../bindings/Show";
import type { Key } from "../shared/strings";

export type TextField = "title" | "description" | "author" | "language" | "owner_name" | "owner_email" | "link" | "copyright" | "slug" | "prefix";

export const groups: { title: Key; fields: { name: TextField; label: Key; hint?: Key; long?: boolean }[] }[] = [
  {
    title: "details.words",
    fields: [
      { name: "title", label: "details.title" },
      { name: "author", label: "details.author", hint: "details.authorHint" },
      { name: "description", label: "details.description", hint: "details.descriptionHint", long: true },
    ],
  },
  {
    title: "details.directory",
    fields: [
      { name: "language", label: "details.language", hint: "details.languageHint" },
      { name: "link", label: "details.link" },
      { name: "copyright", label: "details.copyright" },
      { name: "slug", label: "details.slug", hint: "details.slugHint" },
      { name: "prefix", label: "details.prefix", hint: "details.prefixHint" },
    ],
  },
  {
    title: "details.people",
    fields: [
      { name: "owner_name", label: "details.ownerName" },
      { name: "owner_email", label: "details.ownerEmail", hint: "details.ownerHint" },
    ],
  },
];

/** What is kept, as the fields show it. */
export function keptWords(show: Show): Record<TextField, string> {
  const { title, author, language, owner_name, owner_email, link, copyright, slug } = show;
  return { title, author, language, owner_name, owner_email, link, copyright, slug, prefix: show.prefix ?? "", description: show.description.source };
}

const tags = ["en", "en-gb", "en-us", "de", "de-at", "de-ch", "fr", "fr-ca", "es", "es-mx", "pt", "pt-br", "it", "nl", "sv", "da", "nb", "fi", "is", "pl", "cs", "sk", "hu", "ro", "bg", "el", "tr", "uk", "ru", "ar", "he", "fa", "hi", "bn", "id", "vi", "th", "ja", "ko", "zh-cn", "zh-tw", "ca", "eu", "gl", "cy", "ga"];

/** Languages with their names in the language of the window; the one of the show among them, whatever it is. */
export function languageOptions(locale: string, own: string): { value: string; label: string; hint: string }[] {
  const names = new Intl.DisplayNames([locale], { type: "language" });
  const all = tags.includes(own) || own === "" ? tags : [own, ...tags];
  const name = (tag: string) => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  };
  return all.map((value) => ({ value, label: name(value), hint: value })).sort((a, b) => a.label.localeCompare(b.label, locale));
}
