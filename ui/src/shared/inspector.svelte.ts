// Whether the inspector is open: beside the page in a wide window (kept for the next start), over it in a narrow one.

const kept = "hearthcast.inspector";
const roomy = matchMedia("(min-width: 1200px)");

class InspectorState {
  wide = $state(roomy.matches);
  #beside = $state(localStorage.getItem(kept) !== "closed");
  #over = $state(false);

  constructor() {
    roomy.addEventListener("change", () => {
      this.wide = roomy.matches;
      this.#over = false;
    });
  }

  get open(): boolean {
    return this.wide ? this.#beside : this.#over;
  }

  toggle(): void {
    if (this.wide) {
      this.#beside = !this.#beside;
      localStorage.setItem(kept, this.#beside ? "open" : "closed");
    } else this.#over = !this.#over;
  }

  close(): void {
    if (this.open) this.toggle();
  }
}

export const inspector = new InspectorState();
