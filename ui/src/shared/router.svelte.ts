// Where the window is: an address after the `#`, kept for the next start. Knows no domain.

const kept = "hearthcast.place";

/** The parts of an address like `#/shows/1/episodes`. */
export function parts(hash: string): string[] {
  return hash.replace(/^#?\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}

class Router {
  path = $state<string[]>([]);
  #depth = 0;
  #highest = 0;
  canBack = $state(false);
  canForward = $state(false);

  /** Reads the address, or the one of the last time. */
  start(): void {
    if (!location.hash) {
      const last = localStorage.getItem(kept);
      if (last) history.replaceState({ depth: 0 }, "", last);
    }
    window.addEventListener("popstate", () => this.#read());
    window.addEventListener("hashchange", () => this.#read());
    this.#read();
  }

  /** Goes to an address; `replace` leaves no step to go back to. */
  go(address: string, replace = false): void {
    if (address === location.hash) return;
    if (replace) history.replaceState({ depth: this.#depth }, "", address);
    else {
      this.#highest = this.#depth + 1;
      history.pushState({ depth: this.#highest }, "", address);
    }
    this.#read();
  }

  back(): void {
    history.back();
  }

  forward(): void {
    history.forward();
  }

  #read(): void {
    const known = (history.state as { depth?: number } | null)?.depth;
    // A followed link makes an entry that nobody numbered yet.
    if (known === undefined) {
      this.#depth = this.path.length > 0 || this.#highest > 0 ? this.#depth + 1 : 0;
      this.#highest = this.#depth;
      history.replaceState({ depth: this.#depth }, "");
    } else {
      this.#depth = known;
      this.#highest = Math.max(this.#highest, known);
    }
    this.canBack = this.#depth > 0;
    this.canForward = this.#depth < this.#highest;
    this.path = parts(location.hash);
    localStorage.setItem(kept, location.hash);
  }
}

export const router = new Router();
