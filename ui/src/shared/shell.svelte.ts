// The frame around a page: whether its inspector is there, and what it puts into the top bar. Knows no domain.
import type { Snippet } from "svelte";
import { MediaQuery } from "svelte/reactivity";

const kept = "hearthcast.inspector";

/** What a page says about its inspector. */
export interface Inspecting {
  label: string;
  /** A short sign of what is in it, shown beside the button that opens it. */
  sign?: Snippet | undefined;
}

class Shell {
  /** The inspector of the page that is open, if it has one. */
  inspecting = $state.raw<Inspecting | undefined>(undefined);
  /** What the page puts into the top bar. */
  actions = $state.raw<Snippet | undefined>(undefined);
  /** What the page is about, for the end of "where you are"; the title of an episode. */
  about = $state("");
  /** There is room for the inspector beside the page. */
  roomy = new MediaQuery("min-width: 1200px");
  #beside = $state(localStorage.getItem(kept) !== "closed");
  #over = $state(false);

  /** Whether the inspector is to be seen. */
  get open(): boolean {
    return this.inspecting !== undefined && (this.roomy.current ? this.#beside : this.#over);
  }

  /** Whether it takes its own column. */
  get beside(): boolean {
    return this.open && this.roomy.current;
  }

  show(open: boolean): void {
    if (!this.roomy.current) this.#over = open;
    else {
      this.#beside = open;
      localStorage.setItem(kept, open ? "open" : "closed");
    }
  }

  /** A page with an inspector is shown; the answer says it is gone. For `$effect`. */
  inspect(what: Inspecting): () => void {
    this.inspecting = what;
    this.#over = false;
    return () => {
      if (this.inspecting === what) this.inspecting = undefined;
    };
  }
}

export const shell = new Shell();
