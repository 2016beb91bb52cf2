// What the window needs from the program around it. Two answers exist: Tauri, and local HTTP for tests in a browser.
import type { Event } from "../bindings/Event";

/** What a file dragged over the window does. */
export interface DropHandlers {
  over(): void;
  leave(): void;
  drop(paths: string[]): void;
}

/** What a file is chosen for: decides which endings the system's dialog shows. */
export type PickKind = "audio" | "picture" | "chapters" | "transcript" | "folder";

export interface Host {
  /** Runs one command; rejects with a HearthcastError. */
  call<T>(name: string, args: Record<string, unknown>): Promise<T>;
  /** Hears of every change and job; the answer stops it. */
  events(heard: (event: Event) => void): () => void;
  /** The loopback address of a media file, by content hash. */
  mediaUrl(kind: "audio" | "picture", hash: string): Promise<string>;
  /** Files dragged into the window, as paths; the answer stops it. */
  drops(handlers: DropHandlers): () => void;
  /** Asks for a file with the system's dialog; `null` when nothing was chosen. Absent where there is no dialog. */
  pickFile?(kind: PickKind): Promise<string | null>;
}
