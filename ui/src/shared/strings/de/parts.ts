// Words of the parts every screen is made of. German.
import type { parts as english } from "../en/parts";
import type { Words } from "../types";

export const parts: Words<typeof english> = {
  "parts.open": "Liste öffnen",
  "parts.choices": "Auswahl",
  "parts.noneFits": "Nichts passt.",
  "parts.create": "„{what}“ hinzufügen",
  "parts.type": "Um fortzufahren, gib ein: {word}",
  "parts.good": { one: "{count} in Ordnung", other: "{count} in Ordnung" },
  "parts.look": { one: "{count} unvollständig", other: "{count} unvollständig" },
  "parts.missing": { one: "{count} fehlt", other: "{count} fehlen" },
  "parts.state.good": "In Ordnung",
  "parts.state.look": "Unvollständig",
  "parts.state.missing": "Fehlt",
  "parts.date": "Datum und Uhrzeit",
  "parts.calendar": "Kalender öffnen",
  "parts.zone": "Zeitzone",
  "parts.noDate": "Kein Datum",
  "parts.yourZone": "In deiner Zone: {when}",
  "parts.earlier": "Voriger Monat",
  "parts.later": "Nächster Monat",
  "parts.selected": { one: "{count} ausgewählt", other: "{count} ausgewählt" },
  "parts.selectAll": "Alle auswählen",
  "parts.select": "„{what}“ auswählen",
  "parts.sorted": "Sortiert nach {column}",
  "parts.tableKeys": "Pfeile bewegen, Eingabe öffnet, Leertaste wählt aus.",
  "parts.inspector": "Seitenleiste",
  "parts.showInspector": "Seitenleiste zeigen",
  "parts.hideInspector": "Seitenleiste ausblenden",
};
