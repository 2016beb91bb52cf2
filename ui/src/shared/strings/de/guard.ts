// Was Apps daraus machen, wenn sich ändert, woran sie eine veröffentlichte Folge erkennen. German.
import type { guard as english } from "../en/guard";
import type { Words } from "../types";

export const guard: Words<typeof english> = {
  "guard.heading": "Daran erkennen Apps veröffentlichte Folgen",
  "guard.what.guid": { one: "Die Guid von {count} Folge ändert sich", other: "Die Guid von {count} Folgen ändert sich" },
  "guard.what.date": { one: "Das Datum von {count} Folge ändert sich", other: "Das Datum von {count} Folgen ändert sich" },
  "guard.what.address": { one: "Die Adresse des Tons von {count} Folge ändert sich", other: "Die Adresse des Tons von {count} Folgen ändert sich" },
  "guard.what.sound": { one: "Der Ton von {count} Folge ändert sich unter derselben Adresse", other: "Der Ton von {count} Folgen ändert sich unter denselben Adressen" },
  "guard.source": "Wo das steht",
  "guard.open": "Trotzdem veröffentlichen …",
  "guard.ask": "Veröffentlichen, auch wenn Apps etwas nicht wiedererkennen?",
  "guard.askText": "Noch ist nichts öffentlich. Nimm das Häkchen weg, um eine Folge so zu lassen, wie die Hörer sie kennen.",
  "guard.publish": "Veröffentlichen",
  "guard.askRule": "Öffentlichem Ton eine andere Adresse geben?",
  "guard.askRuleText": "Das gilt ab der nächsten Veröffentlichung. Ältere Adressen antworten weiter.",
  "guard.keep": "Regel behalten",
  "replace.title": "Der Ton einer veröffentlichten Folge",
  "replace.text": "Die Hörer haben den Ton von „{title}“ schon. Was wird daraus?",
  "replace.way.same-guid": "Neue Adresse, dieselbe Folge",
  "replace.way.new-guid": "Eine neue Folge",
  "replace.way.same-url": "Dieselbe Adresse",
  "replace.about.same-guid": "Der übliche Weg. Apps kennen die Folge weiter; wer sie geladen hat, behält den alten Ton.",
  "replace.about.new-guid": "Alle bekommen sie noch einmal, als neue Folge. Das muss beim Veröffentlichen bestätigt werden.",
  "replace.about.same-url": "Wer sie noch nicht geladen hat, bekommt den neuen Ton, und keine App merkt etwas.",
  "replace.go": "Ersetzen",
  "episode.guidLabel": "Guid",
  "episode.guidHint": "Daran erkennen Apps die Folge. Ist sie öffentlich, muss eine andere beim Veröffentlichen bestätigt werden.",
};
