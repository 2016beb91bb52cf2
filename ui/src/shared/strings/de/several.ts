// Several episodes at once. German.
import type { several as english } from "../en/several";
import type { Words } from "../types";

export const several: Words<typeof english> = {
  "several.label": "Gewählte Folgen",
  "several.season": "Staffel …",
  "several.date": "Termin …",
  "several.publish": "Diese veröffentlichen …",
  "several.more": "Mehr für die gewählten Folgen",
  "several.draft": "Zu Entwürfen machen",
  "several.ready": "Bereit machen",
  "several.explicit": "Anstößig",
  "several.notExplicit": "Nicht anstößig",
  "several.asShow": "Anstößig wie die Sendung",
  "several.remove": "Entfernen",
  "several.clear": "Keine wählen",
  "several.set": "Für alle setzen",
  "several.seasonTitle": { one: "Staffel von {count} Folge", other: "Staffel von {count} Folgen" },
  "several.seasonHint": "Leer nimmt die Staffel weg.",
  "several.dateTitle": { one: "Termin von {count} Folge", other: "Termin von {count} Folgen" },
  "several.dateText": "Sie erscheinen zusammen zu dieser Zeit. Ohne Termin gehen sie mit der nächsten Veröffentlichung hinaus.",
  "several.notGoing": { one: "{count} davon geht nicht hinaus: ohne Ton, ein Entwurf, wartet auf den Termin oder ist schon so öffentlich", other: "{count} davon gehen nicht hinaus: ohne Ton, Entwürfe, warten auf den Termin oder sind schon so öffentlich" },
  "several.takeAway": "Termin wegnehmen",
  "several.changed": { one: "{count} Folge geändert", other: "{count} Folgen geändert" },
  "several.removed": { one: "{count} Folge entfernt", other: "{count} Folgen entfernt" },
  "undo.reason.page_links_many": "neue Seiten von Folgen",
  "undo.reason.edit_many": "eine Änderung an mehreren Folgen",
  "undo.reason.remove_many": "mehrere Folgen entfernt",
};
