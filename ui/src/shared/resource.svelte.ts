// Something asked of the host: what came, or why not. A late answer to an old question is thrown away.
import { problem, type Problem } from "./problem";

export class Resource<T> {
  data = $state<T | undefined>(undefined);
  error = $state<Problem | undefined>(undefined);
  loading = $state(false);
  #asked = 0;
  #ask: (() => Promise<T>) | undefined;

  /** Asks; keeps the old answer visible until the new one is here. */
  async load(ask: () => Promise<T>): Promise<void> {
    const mine = ++this.#asked;
    this.#ask = ask;
    this.loading = true;
    try {
      const answer = await ask();
      if (mine !== this.#asked) return;
      this.data = answer;
      this.error = undefined;
    } catch (thrown) {
      if (mine === this.#asked) this.error = problem(thrown);
    } finally {
      if (mine === this.#asked) this.loading = false;
    }
  }

  /** Asks the last question again. */
  again = (): void => {
    if (this.#ask) void this.load(this.#ask);
  };

  /** Forgets the answer and any question under way. */
  clear(): void {
    this.#asked += 1;
    this.#ask = undefined;
    this.data = undefined;
    this.error = undefined;
    this.loading = false;
  }
}
