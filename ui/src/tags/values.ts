// What stands in the form of a tag: a new one, whether it can be kept, and what of it is sent. Pure.
import type { FieldShape, TagShape } from "./shapes";
import { isAddress } from "../chapters/chapters";

export type Thing = Record<string, unknown>;

const thing = (value: unknown): Thing => (typeof value === "object" && value !== null ? (value as Thing) : {});
export const things = (value: unknown): Thing[] => (Array.isArray(value) ? value.map(thing) : []);

/** The way that is taken of several. */
export const wayOf = (shape: FieldShape & { kind: "either" }, value: unknown): FieldShape => shape.ways.find((way) => way.name in thing(value)) ?? shape.ways[0]!;

/** A new thing of these fields: what must be there is there, empty. */
export function fresh(fields: readonly FieldShape[], now: number, guid: () => string): Thing {
  const made: Thing = {};
  for (const field of fields) {
    if (field.kind === "fixed") made[field.name] = field.value;
    else if (field.kind === "choice") made[field.name] = field.options[0]?.value ?? "";
    else if (field.name === "guid") made[field.name] = guid();
    else if (field.need) made[field.name] = begun(field, now, guid);
  }
  return made;
}

function begun(field: FieldShape, now: number, guid: () => string): unknown {
  switch (field.kind) {
    case "list": return [fresh(field.fields, now, guid)];
    case "one": return fresh(field.fields, now, guid);
    case "either": return { [field.ways[0]!.name]: begun(field.ways[0]!, now, guid) };
    case "moment": return now;
    case "time": return 0;
    case "number": return null;
    case "yes": return true;
    default: return "";
  }
}

/** Names of the fields that keep a thing from being kept, the lists inside it among them. */
export function missing(fields: readonly FieldShape[], value: Thing): string[] {
  const held = (field: FieldShape) => field.kind === "list" && field.unless !== undefined && value[field.unless] != null && things(value[field.name]).length === 0;
  return fields.filter((field) => !held(field) && wrong(field, value[field.name])).map((field) => field.name);
}

function wrong(field: FieldShape, value: unknown): boolean {
  switch (field.kind) {
    case "list": return (field.need === true && things(value).length === 0) || things(value).some((one) => missing(field.fields, one).length > 0);
    case "one": return value == null ? field.need === true : missing(field.fields, thing(value)).length > 0;
    case "either": { const way = wayOf(field, value); return wrong(way, thing(value)[way.name]); }
    case "address": return blank(value) ? field.need === true : !field.any && !isAddress(String(value).trim());
    case "text": case "long": return field.need === true && blank(value);
    case "number": return value == null ? field.need === true : !Number.isFinite(value);
    case "moment": case "time": return field.need === true && !Number.isFinite(value);
    default: return false;
  }
}

const blank = (value: unknown): boolean => value == null || String(value).trim() === "";

/** What is sent: nothing empty that may be left out, no blanks around. */
export function kept(fields: readonly FieldShape[], value: Thing): Thing {
  // What no field shows (a file of our own, words of a newer version) stays as it is.
  const shown = new Set(fields.map((field) => field.name));
  const result: Thing = Object.fromEntries(Object.entries(value).filter(([name]) => !shown.has(name)));
  for (const field of fields) {
    const one = written(field, value[field.name]);
    const empty = one == null || one === "" || one === false || (Array.isArray(one) && one.length === 0);
    if (!empty || (field.need && one !== undefined) || (field.kind === "yes" && field.name === "blocked")) result[field.name] = one;
  }
  return result;
}

function written(field: FieldShape, value: unknown): unknown {
  switch (field.kind) {
    case "list": return things(value).map((one) => kept(field.fields, one));
    case "one": return value == null ? undefined : kept(field.fields, thing(value));
    case "either": { const way = wayOf(field, value); return { [way.name]: written(way, thing(value)[way.name]) }; }
    case "fixed": return field.value;
    case "text": case "address": case "long": return String(value ?? "").trim();
    case "yes": return value === true;
    default: return value;
  }
}

/** The entries of a tag as they are kept in the library, to be shown: a list whatever the tag is. */
export function entries(tag: TagShape, value: unknown): Thing[] {
  if (value == null || value === "") return [];
  if (tag.how === "scalar") return [{ [tag.name]: value }];
  return tag.how === "many" ? things(value) : [thing(value)];
}

/** The same the other way: what is sent for these entries; `null` takes the tag away. */
export function sent(tag: TagShape, list: Thing[]): unknown {
  const all = list.map((one) => kept(tag.fields, one));
  if (all.length === 0) return null;
  if (tag.how === "many") return all;
  if (tag.how === "one") return all[0];
  return list[0]?.[tag.name] ?? null;
}

/** A few words of an entry, to know it by. */
export function gist(fields: readonly FieldShape[], value: Thing): string {
  for (const field of fields) {
    const one = value[field.name];
    if ((field.kind === "text" || field.kind === "long" || field.kind === "address") && !blank(one) && field.name !== "guid") return String(one).trim();
  }
  return "";
}
