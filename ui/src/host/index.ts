// Chooses the host once: Tauri inside the desktop program, local HTTP anywhere else.
import { httpHost } from "./http";
import { tauriHost } from "./tauri";
import type { Host } from "./types";

export type { Background, DropHandlers, Host } from "./types";

export const host: Host = "__TAURI_INTERNALS__" in window ? tauriHost() : httpHost();

/** Runs one command. The generated client is built on this. */
export function call<T>(name: string, args: Record<string, unknown>): Promise<T> {
  return host.call<T>(name, args);
}
