// Words used everywhere, and what problems say. German.
import type { common as english } from "../en/common";
import type { Words } from "../types";

export const common: Words<typeof english> = {
  "app.name": "Hearthcast",
  "app.skip": "Zur Seite springen",

  "common.cancel": "Abbrechen",
  "common.close": "Schließen",
  "common.copy": "Kopieren",
  "common.copied": "Kopiert",
  "common.details": "Einzelheiten",
  "common.add": "Hinzufügen",
  "common.remove": "Entfernen",
  "common.retry": "Noch einmal versuchen",
  "common.undo": "Rückgängig",
  "common.choose": "Datei wählen …",
  "common.saving": "Wird gesichert …",
  "common.saved": "Gesichert",
  "common.notSaved": "Nicht gesichert",
  "common.loading": "Wird geladen …",
  "common.unknown": "–",
  "common.justNow": "gerade eben",
  "common.none": "Keine",
  "common.yes": "Ja",
  "common.no": "Nein",

  "error.copy": "Einzelheiten kopieren",
  "error.code": "Code",
  "error.about": "Betrifft",
  "error.retry.no": "Es würde wieder scheitern.",
  "error.retry.later": "Es später noch einmal zu versuchen kann helfen.",
  "error.retry.after_action": "Danach noch einmal versuchen.",
  "error.host": "Das Fenster hat die Verbindung zu Hearthcast verloren.",
  "error.hostHint": "Das Fenster schließen und wieder öffnen. Nichts Gesichertes geht verloren.",
  "common.bringFile": "Datei einlesen",
  "common.done": "Fertig",
  "files.audio": "Töne",
  "files.picture": "Bilder",
  "files.chapters": "Kapitel, und Töne mit Kapiteln",
  "files.transcript": "Abschriften",
  "files.all": "Alle Dateien",
};
