// Short messages at the lower edge: one at a time, with at most one action. They wait while somebody reads or points at
// them; problems stay until dismissed.
import { problem, type Problem } from "./problem";

export interface Toast {
  id: number;
  text: string;
  /** What can be done about it, and the key that does it too. */
  action?: { label: string; keys?: string; run: () => void };
  problem?: Problem;
}

/** How long a message stays, milliseconds. */
const stay = 8000;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  say(text: string, action?: Toast["action"]): void {
    const id = this.#next++;
    this.list = [...this.list.filter((toast) => toast.problem), { id, text, ...(action ? { action } : {}) }];
    this.resume(id);
  }

  /** The message stays while it is held. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  /** It goes some time from now. */
  resume(id: number): void {
    clearTimeout(this.#timers.get(id));
    if (this.list.some((toast) => toast.id === id && !toast.problem)) this.#timers.set(id, setTimeout(() => this.dismiss(id), stay));
  }

  /** Shows a problem; the same one is not shown twice. */
  fail(thrown: unknown): void {
    const what = problem(thrown);
    const same = (toast: Toast) => toast.problem?.code === what.code && toast.problem.message === what.message;
    this.list = [...this.list.filter((toast) => toast.problem && !same(toast)), { id: this.#next++, text: what.message, problem: what }];
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

/** Runs something; a problem becomes a message. Answers `undefined` then. */
export async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (thrown) {
    toasts.fail(thrown);
    return undefined;
  }
}
