// What things are called, for sentences about them: looked up once, when somebody wants to read it.
import { SvelteMap } from "svelte/reactivity";
import * as api from "../bindings/client";
import { titleOf } from "./called";
import { library } from "./library.svelte";

/** More shows than these are not asked for the name of one episode. */
const most = 20;

class Names {
  readonly #episodes = new SvelteMap<string, { title: string; show: string }>();
  readonly #places = new SvelteMap<string, string>();
  #asked: Promise<void> | undefined;

  /** The title of a show or an episode, if it is known by now. */
  of(subject: { kind: string; id: string } | null | undefined): string | undefined {
    if (!subject) return undefined;
    if (subject.kind === "show") return library.show(subject.id)?.title;
    if (subject.kind === "target") return this.#places.get(subject.id);
    return this.#episodes.get(subject.id)?.title || undefined;
  }

  /** Looks up the names of the places of these shows, once. */
  async learnPlaces(jobs: { show: string; subject: { kind: string; id: string } }[]): Promise<void> {
    const missing = jobs.filter((job) => job.subject.kind === "target" && !this.#places.has(job.subject.id));
    for (const show of new Set(missing.map((job) => job.show).slice(0, most))) {
      const view = await api.show_view({ show }).catch(() => undefined);
      for (const target of view?.targets ?? []) this.#places.set(target.id, target.name);
    }
    // A place that was removed is not asked for again.
    for (const job of missing) if (!this.#places.has(job.subject.id)) this.#places.set(job.subject.id, "");
  }

  /** The show an episode belongs to, if it is known by now. */
  showOf(episode: string): string | undefined {
    return this.#episodes.get(episode)?.show;
  }

  /** Looks up the titles that are missing. */
  async learn(subjects: { kind: string; id: string }[]): Promise<void> {
    const missing = subjects.some((one) => one.kind === "episode" && !this.#episodes.has(one.id));
    if (!missing) return;
    this.#asked ??= this.#ask().finally(() => (this.#asked = undefined));
    await this.#asked;
  }

  async #ask(): Promise<void> {
    for (const show of (library.shows.data ?? []).slice(0, most)) {
      const rows = await api.episodes({ show: show.id }).catch(() => []);
      for (const row of rows) this.#episodes.set(row.id, { title: titleOf(row.title, row.post), show: show.id });
    }
  }
}

export const names = new Names();
