// Plain fields while somebody types in them. The library makes something else of their words, it trims them for one: that stands
// there once the field is left, not under the hands of who types.

/** What keeps the words: an `Autosave`. */
interface Keeper<Name> {
  dirty(name: Name): boolean;
  flush(): Promise<void>;
}

/** Fields of one thing, by the names the library has for them. */
export class Typing<Name extends string> {
  #typed = $state<Record<string, string>>({});
  #inside: Name | undefined;
  readonly #save: Keeper<Name>;

  constructor(save: Keeper<Name>) {
    this.#save = save;
  }

  /** What stands in a field: as it is being typed, or as the library has it. */
  words(name: Name, kept: string): string {
    return this.#typed[name] ?? kept;
  }

  type(name: Name, words: string): void {
    this.#typed[name] = words;
  }

  enter(name: Name): void {
    this.#inside = name;
  }

  /** Sends what was typed; then the library's words stand there, also those that an undo brings. Refused ones stay. */
  async leave(name: Name): Promise<void> {
    if (this.#inside === name) this.#inside = undefined;
    await this.#save.flush();
    if (this.#inside !== name && !this.#save.dirty(name)) delete this.#typed[name];
  }
}
