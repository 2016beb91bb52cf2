// What several pages share: the shows, the jobs, and the news of what changed.
import * as api from "../bindings/client";
import type { Event } from "../bindings/Event";
import type { Job } from "../bindings/Job";
import type { ShowRow } from "../bindings/ShowRow";
import { host } from "../host";
import { begun, left, rate, sampled, type Begun, type Sample } from "./left";
import { Resource } from "../shared/resource.svelte";
import { inLine } from "../shared/inTurn";
import { maybe, t } from "../shared/strings";
import { attempt, toasts } from "../shared/toasts.svelte";

class Library {
  shows = new Resource<ShowRow[]>();
  jobs = $state<Job[]>([]);
  /** Grows when records of that kind change; pages load again when it does. */
  ticks = $state({ show: 0, episode: 0, target: 0, stats: 0, comments: 0, shares: 0, media: 0 });
  /** Episodes that are to be ticked, and no others, when the publishing page of that show opens next. */
  ticked: { show: string; episodes: string[] } | undefined;
  readonly startedMs = Date.now();
  readonly #begun = new Map<string, Begun>();
  readonly #samples = new Map<string, Sample[]>();
  #forgotten = new Set<string>();
  #ended = new Set<(job: Job) => void>();
  /** What was asked for later is told later, too, or its message would offer the wrong way back. */
  readonly #inTurn = inLine();
  #timer: ReturnType<typeof setTimeout> | undefined;

  async start(): Promise<void> {
    host.events((event) => this.#hear(event));
    // What waits for the network is tried as soon as there is one.
    window.addEventListener("online", () => void this.#tryAgain());
    await this.reload();
    await this.reloadJobs();
  }

  /** Asks for the jobs again; what is known of their progress stays. */
  async reloadJobs(): Promise<void> {
    const jobs = (await api.jobs().catch(() => undefined)) ?? this.jobs;
    const known = new Map(this.jobs.map((job) => [job.id, job]));
    this.jobs = jobs.filter((job) => !this.#forgotten.has(job.id)).map((job) => ({ ...job, progress: job.progress ?? known.get(job.id)?.progress ?? null }));
  }

  /** Begins something long; a problem becomes a message. */
  async begin(start: () => Promise<string>): Promise<void> {
    if ((await attempt(start)) !== undefined) await this.reloadJobs();
  }

  reload(): Promise<void> {
    return this.shows.load(() => api.shows());
  }

  /** A show by its id, or by its name in addresses. */
  show(id: string | undefined): ShowRow | undefined {
    return this.shows.data?.find((row) => row.id === id) ?? this.shows.data?.find((row) => row.slug === id);
  }

  /** Milliseconds a job still takes in its phase, once that can be said. */
  left(job: Job): number | undefined {
    return job.progress ? left(this.#begun.get(job.id), job.progress, Date.now()) : undefined;
  }

  /** Bytes a second of a job that sends or fetches a file. */
  rate(job: Job): number | undefined {
    return job.progress?.file ? rate(this.#samples.get(job.id) ?? []) : undefined;
  }

  async #tryAgain(): Promise<void> {
    for (const job of this.jobs) if (job.state === "waiting" && job.not_before_ms !== null) await api.resume_job({ job: job.id }).catch(() => undefined);
  }

  /** Jobs that rest until they are taken up again. */
  get paused(): Job[] {
    return this.jobs.filter((job) => job.state === "paused");
  }

  /** Jobs that wait or run. */
  get active(): Job[] {
    return this.jobs.filter((job) => job.state === "waiting" || job.state === "running");
  }

  /** The newest job of a kind on a thing. */
  job(kind: Job["kind"], subject: string | undefined, fits: (job: Job) => boolean = () => true): Job | undefined {
    const all = this.jobs.filter((job) => job.kind === kind && job.subject.id === subject && fits(job));
    return all.sort((a, b) => b.created_ms - a.created_ms)[0];
  }

  /** Hears of every job that ends; the answer stops it. For `$effect`. */
  onEnd(heard: (job: Job) => void): () => void {
    this.#ended.add(heard);
    return () => this.#ended.delete(heard);
  }

  forget(id: string): void {
    this.#forgotten.add(id);
    this.jobs = this.jobs.filter((job) => job.id !== id);
  }

  /** Takes the last change back and says which; the message can do it again. */
  undo(): Promise<void> {
    return this.#inTurn(() => this.#undo());
  }

  /** Does again what was taken back last. */
  redo(): Promise<void> {
    return this.#inTurn(() => this.#redo());
  }

  async #undo(): Promise<void> {
    const undone = await attempt(() => api.undo());
    if (undone === undefined) return;
    if (undone === null) toasts.say(t("undo.nothing"));
    else toasts.say(await this.#told("undo.done", undone), { label: t("undo.redo"), keys: "Ctrl+Shift+Z", run: () => void this.redo() });
  }

  async #redo(): Promise<void> {
    const done = await attempt(() => api.redo());
    if (done === undefined) return;
    if (done === null) toasts.say(t("undo.nothingAgain"));
    else toasts.say(await this.#told("undo.again", done), { label: t("common.undo"), keys: "Ctrl+Z", run: () => void this.undo() });
  }

  /** "Undone: change to “The keeper’s stair”". */
  async #told(key: "undo.done" | "undo.again", step: { reason: string; subjects: { kind: string; id: string }[] }): Promise<string> {
    const { names } = await import("./names.svelte");
    if (step.reason.endsWith("_many")) return t(key, { what: maybe(`undo.reason.${step.reason}`, t("undo.reason.edit")) });
    const subject = step.subjects.find((one) => one.kind === "episode") ?? step.subjects.find((one) => one.kind === "show");
    if (subject) await names.learn([subject]);
    const what = maybe(`undo.reason.${step.reason}`, t("undo.reason.edit"));
    const name = names.of(subject);
    return t(key, { what: name ? t("undo.named", { what, name }) : what });
  }

  #hear(event: Event): void {
    if (event.event === "job") this.#hearJob(event.job);
    else this.#changed(event.subjects.map((subject) => subject.kind));
  }

  #hearJob(job: Job): void {
    const before = this.jobs.find((one) => one.id === job.id);
    this.jobs = before ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [...this.jobs, job];
    if (job.progress) {
      this.#begun.set(job.id, begun(this.#begun.get(job.id), job.progress, Date.now()));
      this.#samples.set(job.id, sampled(this.#samples.get(job.id) ?? [], job.progress, Date.now()));
    }
    const over = job.state === "done" || job.state === "failed" || job.state === "cancelled";
    if (!over) return;
    this.#changed(["show", "episode", "target", "stats", "comments", "shares", "media"]);
    for (const heard of this.#ended) heard(job);
  }

  #changed(kinds: string[]): void {
    if (kinds.includes("job")) void this.reloadJobs();
    for (const kind of kinds) if (kind in this.ticks) this.ticks[kind as keyof typeof this.ticks] += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), 60);
  }
}

export const library = new Library();
