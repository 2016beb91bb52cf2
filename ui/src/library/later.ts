// Commands a host may not have yet. Each is asked for by name; what is missing is not offered.
import * as api from "../bindings/client";

/** Something a search found. */
export interface Hit {
  kind: string;
  id: string;
  /** The name of its show in addresses. */
  show: string;
  title: string;
  excerpt: string;
}

type Run<A, R> = (args: A) => Promise<R>;

const all = api as unknown as Record<string, unknown>;
function known<A, R>(name: string): Run<A, R> | undefined {
  const run = all[name];
  return typeof run === "function" ? (run as Run<A, R>) : undefined;
}

export const later = {
  search: known<{ text: string }, Hit[]>("search"),
  redo: known<Record<string, never>, { reason: string; subjects: { kind: string; id: string }[] } | null>("redo"),
  pause: known<{ job: string }, null>("pause_job"),
  resume: known<{ job: string }, null>("resume_job"),
};
