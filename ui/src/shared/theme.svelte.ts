// Light or dark, normal or high contrast, much air or little: as the system says, or as chosen in the settings.

export type Theme = "system" | "light" | "dark";
export type Contrast = "system" | "normal" | "more";
export type Density = "comfortable" | "compact";

const dark = matchMedia("(prefers-color-scheme: dark)");
const more = matchMedia("(prefers-contrast: more)");

function kept<T extends string>(name: string, values: readonly T[]): T {
  const value = localStorage.getItem(name) as T | null;
  return value !== null && values.includes(value) ? value : (values[0] as T);
}

class Look {
  theme = $state<Theme>(kept("hearthcast.theme", ["system", "light", "dark"]));
  contrast = $state<Contrast>(kept("hearthcast.contrast", ["system", "normal", "more"]));
  density = $state<Density>(kept("hearthcast.density", ["comfortable", "compact"]));
  /** Counts every change of colours, so that drawings can follow. */
  version = $state(0);

  start(): void {
    dark.addEventListener("change", () => this.#apply());
    more.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  choose(theme: Theme, contrast: Contrast): void {
    this.theme = theme;
    this.contrast = contrast;
    localStorage.setItem("hearthcast.theme", theme);
    localStorage.setItem("hearthcast.contrast", contrast);
    this.#apply();
  }

  /** Height of a row in the large tables, in pixels. */
  get row(): number {
    return this.density === "compact" ? 34 : 48;
  }

  /** More air, or more rows. */
  space(density: Density): void {
    this.density = density;
    localStorage.setItem("hearthcast.density", density);
    this.#apply();
  }

  /** From light to dark, or back. */
  turn(): void {
    this.choose(document.documentElement.dataset["theme"] === "dark" ? "light" : "dark", this.contrast);
  }

  #apply(): void {
    const root = document.documentElement;
    root.dataset["theme"] = this.theme === "system" ? (dark.matches ? "dark" : "light") : this.theme;
    root.dataset["contrast"] = this.contrast === "system" ? (more.matches ? "more" : "normal") : this.contrast;
    root.dataset["density"] = this.density;
    this.version += 1;
  }
}

export const look = new Look();
