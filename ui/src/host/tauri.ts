// The host inside the desktop program. The only file that knows Tauri.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { open, save } from "@tauri-apps/plugin-dialog";
import type { FileKinds } from "../bindings/FileKinds";
import type { Event } from "../bindings/Event";
import { t } from "../shared/strings";
import type { Background, DropHandlers, Host, PickKind } from "./types";

/** Endings for the dialog of this system, which may tell capitals apart; and every file, for those with another ending. */
async function filters(kind: Exclude<PickKind, "folder">) {
  const kinds = await invoke<FileKinds>("call", { name: "file_kinds", args: {} });
  const extensions = kinds[kind].flatMap((ending) => [ending, ending.toUpperCase()]);
  return [{ name: t(`files.${kind}`), extensions }, { name: t("files.all"), extensions: ["*"] }];
}

/** Listens until the answer is called, also when that happens before the listener stands. */
function until(subscription: Promise<() => void>): () => void {
  return () => void subscription.then((stop) => stop());
}

export function tauriHost(): Host {
  let origin: Promise<string> | undefined;
  const media = () =>
    (origin ??= invoke<string>("audio_origin").catch((failed: unknown) => {
      origin = undefined;
      throw failed;
    }));
  return {
    call: <T>(name: string, args: Record<string, unknown>) => invoke<T>("call", { name, args }),
    events: (heard) => until(listen<Event>("library", (message) => heard(message.payload))),
    mediaUrl: async (kind, hash) => `${await media()}/${kind}/${hash}`,
    drops(handlers: DropHandlers) {
      const stops = [
        until(listen("tauri://drag-enter", () => handlers.over())),
        until(listen("tauri://drag-leave", () => handlers.leave())),
        until(listen<{ paths: string[] }>("tauri://drag-drop", (message) => handlers.drop(message.payload.paths))),
      ];
      return () => stops.forEach((stop) => stop());
    },
    async pickFile(kind) {
      const folder = kind === "folder";
      const answer = await open({ multiple: false, directory: folder, ...(folder ? {} : { filters: await filters(kind) }) });
      return typeof answer === "string" ? answer : null;
    },
    pickSave: (name, ending) => save({ defaultPath: name, filters: [{ name: ending.toUpperCase(), extensions: [ending] }] }),
    select: (query) => invoke<Record<string, unknown>[]>("plugin:sql|select", { db: "sqlite:library", query, values: [] }),
    saveTable: (name, text) => invoke<boolean>("save_table", { name, text }),
    openReports: (title) => invoke<void>("open_reports", { title }),
    background: {
      read: () => invoke<Background>("background"),
      write: (choices) => invoke<Background>("set_background", { choices }),
    },
    closing: (keep) => until(listen("closing", () => void keep().finally(() => void invoke("leave").catch(() => undefined)))),
    trayWords: (words) => void invoke("tray_words", { words }).catch(() => undefined),
    notify: (title, body) => void invoke("notify", { title, body }).catch(() => undefined),
  };
}
