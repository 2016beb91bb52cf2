// The settings of this computer, as several parts of the page change them.
import * as api from "../bindings/client";
import type { Settings } from "../bindings/Settings";
import { Resource } from "../shared/resource.svelte";
import { attempt } from "../shared/toasts.svelte";

export class KeptSettings extends Resource<Settings> {
  read(): void {
    void this.load(() => api.settings({}));
  }

  /** Changes some of them; what another part changed meanwhile stays. */
  async choose(change: Partial<Settings>): Promise<void> {
    const now = await attempt(() => api.settings({}));
    if (!now) return;
    this.data = (await attempt(() => api.set_settings({ settings: { ...now, ...change } }))) ?? now;
  }
}
