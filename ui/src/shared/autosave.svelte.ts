// Keeps what is typed: waits a moment, sends, and says only then something when it took long or failed.
import { problem, type Problem } from "./problem";

const quiet = 400;
const long = 500;

/** Fields of one thing that are being edited. `T` is the edit the host takes. */
export class Autosave<T extends object> {
  state = $state<"kept" | "saving" | "saved" | "failed">("kept");
  error = $state<Problem | undefined>(undefined);
  #waiting: Partial<T> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #send: (edit: T) => Promise<unknown>;

  constructor(send: (edit: T) => Promise<unknown>) {
    this.#send = send;
  }

  /** Whether a field has words the host does not have yet. */
  dirty(field: keyof T): boolean {
    return field in this.#waiting;
  }

  change(edit: Partial<T>): void {
    this.#waiting = { ...this.#waiting, ...edit };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), quiet);
  }

  /** Sends what waits, after what is under way. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(() => this.#save());
    return this.#running;
  }

  async #save(): Promise<void> {
    const edit = this.#waiting;
    if (Object.keys(edit).length === 0) return;
    this.#waiting = {};
    const slow = setTimeout(() => (this.state = "saving"), long);
    try {
      await this.#send(edit as T);
      this.state = this.state === "kept" ? "kept" : "saved";
      this.error = undefined;
    } catch (thrown) {
      this.#waiting = { ...edit, ...this.#waiting };
      this.state = "failed";
      this.error = problem(thrown);
    } finally {
      clearTimeout(slow);
    }
  }
}
