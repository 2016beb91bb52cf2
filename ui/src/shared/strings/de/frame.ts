// The frame: navigation, status line, palette, keys, undo. German.
import type { frame as english } from "../en/frame";
import type { Words } from "../types";

export const frame: Words<typeof english> = {
  "nav.main": "Hauptnavigation",
  "nav.shows": "Sendungen",
  "nav.addShow": "Sendung anlegen",
  "nav.episodes": "Folgen",
  "nav.publishing": "Veröffentlichen",
  "nav.listeners": "Hörer",
  "nav.details": "Angaben zur Sendung",
  "nav.settings": "Einstellungen",
  "nav.help": "Tasten und Kürzel",
  "nav.back": "Zurück",
  "nav.forward": "Vor",
  "nav.search": "Gehe zu …",
  "nav.breadcrumb": "Wo du bist",

  "status.idle": "Nichts zu tun",
  "status.jobs": "Aktivität",
  "status.messages": "Meldungen",
  "status.waiting": { one: "{count} weitere wartet", other: "{count} weitere warten" },
  "status.cancel": "{what}: anhalten",
  "status.offline": "Offline",
  "status.failed": "{what}: angehalten",
  "status.percent": "{percent} %",
  "status.dismiss": "Ausblenden",
  "status.saved": "Alles auf diesem Rechner gesichert",

  "undo.done": "Rückgängig gemacht",
  "undo.nothing": "Nichts rückgängig zu machen",

  "palette.title": "Gehe zu",
  "palette.placeholder": "Eine Sendung, eine Folge, eine Seite, eine Aktion",
  "palette.none": "Nichts heißt so.",

  "keys.title": "Tasten",
  "keys.palette": "Überallhin gehen",
  "keys.sheet": "Diese Übersicht",
  "keys.undo": "Letzte Änderung rückgängig machen",
  "keys.play": "Abspielen und anhalten",
  "keys.nudge": "Durch das Audio gehen (Umschalt: weiter)",
  "keys.newEpisode": "Neue Folge",
  "keys.pages": "Folgen, Veröffentlichen, Hörer, Angaben",
  "keys.back": "Zurück, vor",
  "keys.publish": "Veröffentlichen",
};
