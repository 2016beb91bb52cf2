// Short messages at the lower edge: one at a time, with at most one action. Problems stay until dismissed.
import { problem, type Problem } from "./problem";

export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
  problem?: Problem;
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  say(text: string, action?: Toast["action"]): void {
    const id = this.#next++;
    this.list = [...this.list.filter((toast) => toast.problem), { id, text, ...(action ? { action } : {}) }];
    setTimeout(() => this.dismiss(id), 7000);
  }

  /** Shows a problem; the same one is not shown twice. */
  fail(thrown: unknown): void {
    const what = problem(thrown);
    const same = (toast: Toast) => toast.problem?.code === what.code && toast.problem.message === what.message;
    this.list = [...this.list.filter((toast) => toast.problem && !same(toast)), { id: this.#next++, text: what.message, problem: what }];
  }

  dismiss(id: number): void {
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
