// A plan in one sentence, in the language of the window. Pure but for the words.
import type { Plan } from "../bindings/Plan";
import { bytes } from "../shared/format";
import { locale, maybe, t } from "../shared/strings";

/** As it stands inside a sentence: German keeps its capitals. */
const inside = (word: string): string => (locale.startsWith("de") ? word : word.charAt(0).toLowerCase() + word.slice(1));

/** What listeners will see, and what is sent for it: two sentences. */
export function sentence(plan: Plan): [string, string] {
  const of = (kind: string, table = "episode") => plan.changes.filter((change) => change.kind === kind && change.table === table && change.at_ms === undefined);
  const later = (kind: string) => plan.changes.filter((change) => change.kind === kind && change.at_ms !== undefined).length;
  const [added, changed, removed] = [of("added"), of("changed"), of("removed")];
  const only = changed.length === 1 && changed[0]?.fields.length === 1 ? changed[0].fields[0]?.field : undefined;
  const parts = [
    ...(of("added", "show").length > 0 ? [t("sentence.newShow")] : []),
    ...(added.length > 0 ? [t("sentence.added", { count: added.length })] : []),
    ...(only !== undefined && maybe(`field.${only}`, "") ? [t("sentence.oneField", { field: inside(maybe(`field.${only}`, only)) })] : changed.length > 0 ? [t("sentence.changed", { count: changed.length })] : []),
    ...(of("changed", "show").length > 0 ? [t("sentence.show")] : []),
    ...(removed.length > 0 ? [t("sentence.removed", { count: removed.length })] : []),
    ...(later("added") > 0 ? [t("sentence.later", { count: later("added") })] : []),
    ...(later("changed") > 0 ? [t("sentence.laterChanged", { count: later("changed") })] : []),
    ...(later("removed") > 0 ? [t("sentence.takenBack", { count: later("removed") })] : []),
  ];
  const first = parts.length === 0 ? t("sentence.files") : `${parts.join(", ")}.`;
  const send = plan.bytes_to_send > 0 ? t("sentence.send", { size: bytes(plan.bytes_to_send) }) : t("sentence.sendNothing");
  return [first.charAt(0).toLocaleUpperCase() + first.slice(1), removed.length > 0 ? `${send}.` : t("sentence.nothingRemoved", { send })];
}
