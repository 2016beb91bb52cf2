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

/** An edit without some of its fields. */
function without<T extends object>(edit: T, gone: (field: string) => boolean): T {
  const rest = { ...edit };
  for (const field of Object.keys(edit).filter(gone)) Reflect.deleteProperty(rest, field);
  return rest;
}
const isEmpty = (edit: object) => Object.keys(edit).length === 0;

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

/** Fields of one thing that are being edited. `T` is the edit the host takes. A field that is refused holds up no other one. */
export class Autosave<T extends object> {
  state = $state<"kept" | "saving" | "saved" | "failed">("kept");
  error = $state<Problem | undefined>(undefined);
  #waiting: Partial<T> = {};
  #sending: Partial<T> = {};
  /** What was refused, until it is written otherwise. */
  #held: Partial<T> = {};
  /** Why a field was refused, until it is taken. */
  #refusals = $state.raw<Record<string, Problem>>({});
  #isCounted = false;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #send: (edit: T) => Promise<unknown>;

  constructor(send: (edit: T) => Promise<unknown>) {
    this.#send = send;
  }

  /** Whether a field has words the host does not have yet, those under way among them: what it says meanwhile is old. */
  dirty(field: keyof T): boolean {
    return field in this.#waiting || field in this.#sending || field in this.#held;
  }

  /** Why the words of a field were refused. */
  refused(field: keyof T): Problem | undefined {
    return this.#refusals[field as string];
  }

  change(edit: Partial<T>): void {
    const now = Date.now();
    if (isEmpty(this.#waiting)) this.#since = now;
    this.#waiting = { ...this.#waiting, ...edit };
    this.#held = without(this.#held, (field) => field in edit);
    keeping.all.add(this);
    this.#later(Math.max(0, Math.min(quiet, this.#since + most - now)));
  }

  /** Sends what waits, after what is under way, and then once more what was refused before. */
  flush(): Promise<void> {
    return this.#next(async () => {
      const before = this.#held;
      await this.#save();
      if (this.#held !== before || isEmpty(before)) return;
      this.#held = {};
      this.#waiting = { ...before, ...this.#waiting };
      await this.#save();
    });
  }

  #next(step: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(step);
    return this.#running;
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#next(() => this.#save()), ms);
  }

  async #save(): Promise<void> {
    const edit = this.#waiting;
    if (isEmpty(edit)) return;
    this.#waiting = {};
    this.#sending = edit;
    const slow = setTimeout(() => (this.state = "saving"), long);
    let others = false;
    try {
      await this.#send(edit as T);
      this.#well(edit);
    } catch (thrown) {
      others = this.#ill(edit, problem(thrown));
    } finally {
      this.#sending = {};
      clearTimeout(slow);
    }
    if (others) await this.#save();
  }

  #well(edit: Partial<T>): void {
    this.#refusals = without(this.#refusals, (field) => field in edit);
    this.error = Object.values(this.#refusals)[0];
    if (isEmpty(this.#waiting) && isEmpty(this.#held)) keeping.all.delete(this);
    this.#count(this.error !== undefined);
    if (this.error) {
      this.state = "failed";
      return;
    }
    this.state = this.state === "kept" ? "kept" : "saved";
    if (this.state === "saved") setTimeout(() => { if (this.state === "saved") this.state = "kept"; }, stays);
  }

  /** What is wrong with a field waits for other words; anything else is tried again. Whether other fields are to be sent without it. */
  #ill(edit: Partial<T>, what: Problem): boolean {
    this.#count(true);
    this.state = "failed";
    this.error = what;
    const wrong = what.subject?.kind === "field" ? what.subject.id : undefined;
    if (wrong === undefined || !Object.keys(edit).includes(wrong)) {
      this.#waiting = { ...edit, ...this.#waiting };
      if (wrong === undefined && what.retry !== "no") this.#later(again);
      return false;
    }
    this.#refusals = { ...this.#refusals, [wrong]: what };
    // Other words for it may wait already.
    this.#held = { ...this.#held, ...without(edit, (field) => field !== wrong || field in this.#waiting) };
    const rest = without(edit, (field) => field === wrong);
    this.#waiting = { ...rest, ...this.#waiting };
    return !isEmpty(rest);
  }

  #count(failed: boolean): void {
    if (failed !== this.#isCounted) keeping.failed += failed ? 1 : -1;
    this.#isCounted = failed;
  }
}
