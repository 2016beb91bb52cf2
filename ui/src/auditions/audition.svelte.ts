// Ten seconds of a recording with settings and without them: asked for, stopped, heard, compared.
import * as api from "../bindings/client";
import type { AuditionAsked } from "../bindings/AuditionAsked";
import type { AuditionView } from "../bindings/AuditionView";
import type { HearthcastError } from "../bindings/HearthcastError";
import { host } from "../host";

export type Side = "with" | "without";

export class Audition {
  making = $state(false);
  made = $state.raw<AuditionView>();
  problem = $state.raw<HearthcastError>();
  side = $state<Side>("with");
  paused = $state(true);
  /** The addresses of both sounds. */
  addresses = $state.raw<Record<Side, string>>();
  /** Which asking this is: the answer to an older one is not heard. */
  #turn = 0;
  readonly #sounds: Partial<Record<Side, HTMLAudioElement>> = {};

  async make(show: string, asked: Partial<AuditionAsked>): Promise<void> {
    this.forget();
    const turn = ++this.#turn;
    [this.making, this.problem] = [true, undefined];
    const whole: AuditionAsked = { episode: null, at_ms: null, length_ms: null, recipe: null, preset: null, ...asked };
    try {
      const made = await api.audition({ show, asked: whole });
      const address = (side: Side) => host.mediaUrl("audition", made[side]);
      const addresses = { with: await address("with"), without: await address("without") };
      if (turn !== this.#turn) return;
      [this.made, this.addresses, this.side] = [made, addresses, "with"];
    } catch (failed) {
      const problem = failed as HearthcastError;
      if (turn === this.#turn && problem.code !== "job.cancelled") this.problem = problem;
    } finally {
      if (turn === this.#turn) this.making = false;
    }
  }

  /** Nobody waits for it any more. */
  stop(): void {
    this.#turn += 1;
    this.making = false;
    void api.stop_audition().catch(() => undefined);
  }

  /** What was made is not what would be made now. */
  forget(): void {
    this.#turn += 1;
    this.making = false;
    this.pause();
    [this.made, this.addresses] = [undefined, undefined];
  }

  /** Takes hold of the element that plays one side. For `{@attach}`. */
  readonly attach = (side: Side) => (sound: HTMLAudioElement): (() => void) => {
    this.#sounds[side] = sound;
    const turned = () => {
      if (side === this.side) this.paused = sound.paused;
    };
    for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, turned);
    if (side === "with") this.#play(sound);
    return () => {
      for (const name of ["play", "pause", "ended"]) sound.removeEventListener(name, turned);
      sound.pause();
      if (this.#sounds[side] === sound) delete this.#sounds[side];
    };
  };

  toggle(): void {
    const sound = this.#sounds[this.side];
    if (!sound) return;
    if (sound.paused) this.#play(sound);
    else sound.pause();
  }

  pause(): void {
    for (const side of ["with", "without"] as const) this.#sounds[side]?.pause();
    this.paused = true;
  }

  /** The other one goes on where this one is. */
  choose(side: Side): void {
    const [from, to] = [this.#sounds[this.side], this.#sounds[side]];
    const plays = from !== undefined && !from.paused;
    this.side = side;
    if (!from || !to || from === to) return;
    from.pause();
    to.currentTime = Math.min(from.currentTime, Number.isFinite(to.duration) ? to.duration : from.currentTime);
    if (plays) this.#play(to);
  }

  #play(sound: HTMLAudioElement): void {
    if (sound.ended) sound.currentTime = 0;
    sound.play().catch(() => (this.paused = true));
  }
}
