// Settings. German.
import type { settings as english } from "../en/settings";
import type { Words } from "../types";

export const settings: Words<typeof english> = {
  "settings.title": "Einstellungen",
  "settings.look": "Aussehen",
  "settings.theme": "Farben",
  "settings.theme.system": "Wie das System",
  "settings.theme.light": "Hell",
  "settings.theme.dark": "Dunkel",
  "settings.contrast": "Kontrast",
  "settings.contrast.system": "Wie das System",
  "settings.contrast.more": "Hoch",
  "settings.contrast.normal": "Normal",
};
