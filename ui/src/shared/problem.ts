// What went wrong, in the one shape the whole program uses.
import type { HearthcastError } from "../bindings/HearthcastError";
import { t } from "./strings";

export type Problem = HearthcastError;

/** Anything thrown, as a problem. What is not one is a fault between window and program. */
export function problem(thrown: unknown): Problem {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) return thrown as Problem;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    v: 1,
    code: "internal.fault",
    message: t("error.host"),
    hint: t("error.hostHint"),
    subject: { kind: "window", id: words.slice(0, 200) },
    retry: "later",
  };
}
