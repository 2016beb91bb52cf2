// Keys for the whole window. A page adds its own while it is shown; the sheet lists what is there.
import { untrack } from "svelte";
import { pressed } from "./keyNames";
import type { Key } from "./strings";

export interface Shortcut {
  /** As `KeyboardEvent.key`, with `Ctrl+`, `Shift+` or `Alt+` before it. */
  keys: string;
  label: Key;
  run: () => void;
  /** Also while a text field has the focus. */
  always?: boolean;
  /** A movement, not an action: the palette does not offer it. */
  movement?: boolean;
}

const fields = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
/** What waits for an answer. A sheet that was closed stays in the page until the next frame is drawn, and keeps no key back. */
const asking = ":is([role=dialog], [role=alertdialog]):not([data-state=closed])";
/** Things that take letters and arrows for themselves. */
const own = "[role=menu], [role=listbox], [role=combobox], [role=spinbutton]";

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
    const typing = target.matches(fields) || target.closest(own) !== null;
    const name = pressed(event);
    if (name === "Space" && target.matches("button, a, summary, [role=button]")) return;
    if (document.querySelector(asking) && name !== "Ctrl+K") return;
    const found = this.list.find((one) => one.keys === name && (one.always || !typing));
    if (!found) return;
    event.preventDefault();
    found.run();
  }
}

export const keys = new Keys();
