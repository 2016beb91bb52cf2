// Keeps what is typed: within a second, also while one goes on typing, and on leaving. Says only then something when it
// took long or failed, and tries again by itself.
import { problem, type Problem } from "./problem";

/** Milliseconds without a key before it sends, and the most it waits while keys go on. */
const quiet = 400;
const most = 900;
/** What takes longer than this is told. */
const long = 500;
/** How long "Saved" stays. */
const stays = 2000;
/** Between tries after a failure. */
const again = 3000;

/** All that is being edited, so that closing the window and the status line know. */
class Keeping {
  readonly all = new Set<{ flush(): Promise<void> }>();
  failed = $state(0);

  /** Sends everything that waits. */
  async flush(): Promise<void> {
    await Promise.all([...this.all].map((one) => one.flush()));
  }
}

export const keeping = new Keeping();

/** Fields of one thing that are being edited. `T` is the edit the host takes. */
export class Autosave<T extends object> {
  state = $state<"kept" | "saving" | "saved" | "failed">("kept");
  error = $state<Problem | undefined>(undefined);
  #waiting: Partial<T> = {};
  #sending: Partial<T> = {};
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #send: (edit: T) => Promise<unknown>;

  constructor(send: (edit: T) => Promise<unknown>) {
    this.#send = send;
  }

  /** Whether a field has words the host does not have yet, those under way among them: what it says meanwhile is old. */
  dirty(field: keyof T): boolean {
    return field in this.#waiting || field in this.#sending;
  }

  change(edit: Partial<T>): void {
    const now = Date.now();
    if (Object.keys(this.#waiting).length === 0) this.#since = now;
    this.#waiting = { ...this.#waiting, ...edit };
    keeping.all.add(this);
    this.#later(Math.max(0, Math.min(quiet, this.#since + most - now)));
  }

  /** Sends what waits, after what is under way. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(() => this.#save());
    return this.#running;
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #save(): Promise<void> {
    const edit = this.#waiting;
    if (Object.keys(edit).length === 0) return;
    this.#waiting = {};
    this.#sending = edit;
    const slow = setTimeout(() => (this.state = "saving"), long);
    try {
      await this.#send(edit as T);
      this.#well();
    } catch (thrown) {
      this.#waiting = { ...edit, ...this.#waiting };
      this.#ill(problem(thrown));
    } finally {
      this.#sending = {};
      clearTimeout(slow);
    }
  }

  #well(): void {
    if (this.state === "failed") keeping.failed -= 1;
    this.state = this.state === "kept" ? "kept" : "saved";
    this.error = undefined;
    if (Object.keys(this.#waiting).length === 0) keeping.all.delete(this);
    if (this.state === "saved") setTimeout(() => { if (this.state === "saved") this.state = "kept"; }, stays);
  }

  /** What is wrong with a field waits for other words; anything else is tried again. */
  #ill(what: Problem): void {
    if (this.state !== "failed") keeping.failed += 1;
    this.state = "failed";
    this.error = what;
    if (what.subject?.kind !== "field" && what.retry !== "no") this.#later(again);
  }
}
