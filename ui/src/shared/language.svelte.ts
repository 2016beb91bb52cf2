// Which language the window speaks: as the system, or as chosen in the settings. What is on the screen follows `version`.
import { speak, type Language } from "./strings";

export type Choice = "system" | Language;
const kept = "hearthcast.language";
/** The languages for looking are only offered in a build for development. */
const looking = import.meta.env.MODE !== "production";
const choices: Choice[] = looking ? ["system", "en", "de", "pseudo", "mirrored"] : ["system", "en", "de"];

/** The language of the system, if it is one of ours. */
function ofSystem(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag): tag is "de" | "en" => tag === "de" || tag === "en") ?? "en";
}

class Tongue {
  readonly choices = choices;
  choice = $state<Choice>("system");
  /** Grows with every change; the root of the window is drawn anew then. */
  version = $state(0);

  start(): void {
    const value = localStorage.getItem(kept) as Choice | null;
    this.choice = value !== null && choices.includes(value) ? value : "system";
    this.#apply();
  }

  choose(choice: Choice): void {
    localStorage.setItem(kept, choice);
    this.choice = choice;
    this.#apply();
  }

  #apply(): void {
    const language = this.choice === "system" ? ofSystem() : this.choice;
    speak(language);
    document.documentElement.lang = language === "de" ? "de" : "en";
    document.documentElement.dir = language === "mirrored" ? "rtl" : "ltr";
    this.version += 1;
  }
}

export const tongue = new Tongue();
