// Das Fenster für Auswertungen. Deutsch.
import type { reports as en } from "../en/reports";
import type { Words } from "../types";

export const reports: Words<typeof en> = {
  "reports.title": "Auswertungen",
  "reports.open": "Auswertungen …",
  "reports.open.about": "Stellen Sie Ihrer Bibliothek eigene Fragen, in SQL.",
  "reports.mine": "Gespeicherte Auswertungen",
  "reports.none": "Noch keine. Geben Sie einer Frage einen Namen und behalten Sie sie.",
  "reports.sources": "Was gefragt werden kann",
  "reports.question": "Frage (SQL)",
  "reports.question.hint": "Sie kann deine Bibliothek lesen und nichts ändern. Strg+Eingabe fragt.",
  "reports.run": "Fragen",
  "reports.name": "Name der Auswertung",
  "reports.keep": "Behalten",
  "reports.remove": "„{name}“ entfernen",
  "reports.saved": "„{name}“ ist gespeichert.",
  "reports.removed": "„{name}“ ist entfernt.",
  "reports.rows": { one: "{count} Zeile", other: "{count} Zeilen" },
  "reports.answer": "Antwort",
  "reports.empty": "Keine Zeile beantwortet diese Frage.",
  "reports.copy": "Als CSV kopieren",
  "reports.save": "Als CSV speichern …",
  "reports.written": "Gespeichert.",
  "reports.refused": "Die Bibliothek konnte nicht antworten: {said}",
  "reports.refused.hint": "Prüf die Frage. Links steht, was gefragt werden kann.",
  "reports.elsewhere": "Fragen lassen sich nur im Desktop-Programm stellen.",
};
