// Settings. English; the other languages have the same keys.

export const settings = {
  "settings.title": "Settings",
  "settings.look": "Look",
  "settings.theme": "Theme",
  "settings.theme.system": "As the system",
  "settings.theme.light": "Light",
  "settings.theme.dark": "Dark",
  "settings.contrast": "Contrast",
  "settings.contrast.system": "As the system",
  "settings.contrast.more": "High",
  "settings.contrast.normal": "Normal",
} as const;
