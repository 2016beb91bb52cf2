// A plan in one sentence, in the language of the window. Pure but for the words.
import type { Plan } from "../bindings/Plan";
import type { Told } from "../bindings/Told";
import type { VersionRow } from "../bindings/VersionRow";
import { bytes } from "../shared/format";
import { locale, maybe, t } from "../shared/strings";

/** As it stands inside a sentence: German keeps its capitals. */
const inside = (word: string): string => (locale.startsWith("de") ? word : word.charAt(0).toLowerCase() + word.slice(1));

/** What a plan comes to, in numbers. */
export function told(plan: Plan): Told {
  const of = (kind: string, table: string) => plan.changes.filter((change) => change.kind === kind && change.table === table && change.at_ms === undefined);
  const later = (kind: string) => plan.changes.filter((change) => change.kind === kind && change.at_ms !== undefined).length;
  const changed = of("changed", "episode");
  const only = changed.length === 1 && changed[0]?.fields.length === 1 ? changed[0].fields[0]?.field : undefined;
  return {
    new_show: of("added", "show").length > 0, show_changed: of("changed", "show").length > 0, added: of("added", "episode").filter((change) => !change.post).length, posts: of("added", "episode").filter((change) => change.post).length, changed: changed.length, removed: of("removed", "episode").length,
    later: later("added"), later_changed: later("changed"), taken_back: later("removed"), bytes: plan.bytes_to_send, ...(only === undefined ? {} : { field: only }),
  };
}

/** As a sentence begins, with a full stop. */
const whole = (words: string): string => `${words.charAt(0).toLocaleUpperCase()}${words.slice(1)}.`;

function parts(told: Told): string[] {
  return [
    ...(told.new_show ? [t("sentence.newShow")] : []),
    ...(told.added > 0 ? [t("sentence.added", { count: told.added })] : []),
    ...((told.posts ?? 0) > 0 ? [t("sentence.posts", { count: told.posts ?? 0 })] : []),
    ...(told.field !== undefined && maybe(`field.${told.field}`, "") ? [t("sentence.oneField", { field: inside(maybe(`field.${told.field}`, told.field)) })] : told.changed > 0 ? [t("sentence.changed", { count: told.changed })] : []),
    ...(told.show_changed ? [t("sentence.show")] : []),
    ...(told.removed > 0 ? [t("sentence.removed", { count: told.removed })] : []),
    ...(told.later > 0 ? [t("sentence.later", { count: told.later })] : []),
    ...(told.later_changed > 0 ? [t("sentence.laterChanged", { count: told.later_changed })] : []),
    ...(told.taken_back > 0 ? [t("sentence.takenBack", { count: told.taken_back })] : []),
  ];
}

/** What listeners will see, and what is sent for it: two sentences. */
export function sentence(plan: Plan): [string, string] {
  const numbers = told(plan);
  const list = parts(numbers);
  const send = plan.bytes_to_send > 0 ? t("sentence.send", { size: bytes(plan.bytes_to_send) }) : t("sentence.sendNothing");
  return [list.length === 0 ? t("sentence.files") : whole(list.join(", ")), numbers.removed > 0 ? `${send}.` : t("sentence.nothingRemoved", { send })];
}

/** What a version changed, said of what is past; the program's own sentence where the numbers are not known. */
export function past(version: VersionRow): { words: string; own: boolean } {
  if (version.told === undefined) return { words: version.sentence, own: true };
  const list = parts(version.told);
  const sent = version.told.bytes > 0 ? [t("sentence.sent", { size: bytes(version.told.bytes) })] : [];
  const from = version.told.moved_from;
  if (from !== undefined) return { words: whole([t("sentence.moved", { name: from }), ...sent].join(", ")), own: false };
  const seen = list.length === 0 ? [t("sentence.quiet")] : list;
  return { words: whole([...(version.restores === null ? [] : [t("sentence.back", { version: String(version.restores) })]), ...seen, ...sent].join(", ")), own: false };
}
