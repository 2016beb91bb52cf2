// Keys for the whole window. A page adds its own while it is shown; the sheet lists what is there.
import { untrack } from "svelte";
import type { Key } from "./strings";

export interface Shortcut {
  /** As `KeyboardEvent.key`, with `Ctrl+`, `Shift+` or `Alt+` before it. */
  keys: string;
  label: Key;
  run: () => void;
  /** Also while a text field has the focus. */
  always?: boolean;
}

const fields = "input, textarea, select, [contenteditable=true]";

/** The name of a key press, as shortcuts are written. */
export function pressed(event: KeyboardEvent): string {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key));
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

class Keys {
  list = $state.raw<Shortcut[]>([]);

  /** Adds shortcuts; the answer takes them away. For `$effect`. */
  add(shortcuts: Shortcut[]): () => void {
    this.list = [...shortcuts, ...untrack(() => this.list)];
    return () => (this.list = untrack(() => this.list).filter((one) => !shortcuts.includes(one)));
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const typing = target.matches(fields);
    const name = pressed(event);
    if (name === "Space" && target.matches("button, a, summary, [role=button]")) return;
    if (document.querySelector("[role=dialog]") && name !== "Ctrl+K") return;
    const found = this.list.find((one) => one.keys === name && (one.always || !typing));
    if (!found) return;
    event.preventDefault();
    found.run();
  }
}

export const keys = new Keys();
