// What the window needs from the program around it. Two answers exist: Tauri, and local HTTP for tests in a browser.
import type { Event } from "../bindings/Event";

/** What a file dragged over the window does. */
export interface DropHandlers {
  over(): void;
  leave(): void;
  drop(paths: string[]): void;
}

/** What a file is chosen for: decides which endings the system's dialog shows. */
export type PickKind = "audio" | "picture" | "chapters" | "transcript" | "font" | "table" | "feed" | "folder";

/** What the author lets the program do by itself. */
export interface Background {
  /** Closing the window leaves it in the tray. */
  stay: boolean;
  /** It starts with the session. */
  autostart: boolean;
  /** It does what is due every quarter of an hour. */
  sync: boolean;
}

export interface Host {
  /** Runs one command; rejects with a HearthcastError. */
  call<T>(name: string, args: Record<string, unknown>): Promise<T>;
  /** Hears of every change and job; the answer stops it. */
  events(heard: (event: Event) => void): () => void;
  /** The loopback address of a media file, by content hash; of a sound that was made to be heard, by its name. */
  mediaUrl(kind: "audio" | "picture" | "audition", hash: string): Promise<string>;
  /** Files dragged into the window, as paths; the answer stops it. */
  drops(handlers: DropHandlers): () => void;
  /** Asks for a file with the system's dialog; `null` when nothing was chosen. Absent where there is no dialog. */
  pickFile?(kind: PickKind): Promise<string | null>;
  /** Asks with the system's dialog where a file is to be written; `null` when nothing was chosen. Absent where there is no dialog. */
  pickSave?(name: string, ending: string): Promise<string | null>;
  /** Asks the library in SQL, on a connection that only reads. The Reports window of the desktop program alone may. */
  select?(sql: string): Promise<Record<string, unknown>[]>;
  /** Saves a table where the author chooses in the system's dialog; whether it was saved. */
  saveTable?(name: string, text: string): Promise<boolean>;
  /** Opens the Reports window. */
  openReports?(title: string): Promise<void>;
  /** What the program does while nobody looks. Absent where it ends with its page. */
  background?: {
    read(): Promise<Background>;
    write(choices: Background): Promise<Background>;
  };
  /** The window is about to close: what waits is kept first. The answer stops listening. */
  closing?(keep: () => Promise<void>): () => void;
  /** The words of the tray's menu, in the language of the window. */
  trayWords?(words: { open: string; sync: string; quit: string }): void;
  /** Tells the author something while the window is not in front. */
  notify?(title: string, body: string): void;
}
