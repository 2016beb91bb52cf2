// Jobs and their phases. German.
import type { activity as english } from "../en/activity";
import type { Words } from "../types";

export const activity: Words<typeof english> = {
  "activity.title": "Aktivität",
  "activity.running": "Läuft",
  "activity.waiting": "Wartet",
  "activity.paused": "Ruht",
  "activity.failed": "Angehalten",
  "activity.history": "Erledigt",
  "activity.nothing": "Nichts ist in Arbeit",
  "activity.nothingText": "Hier erscheinen Aufnahmen, die gemacht werden, Veröffentlichungen und Zahlen, die geholt werden.",
  "activity.pause": "{what}: ruhen lassen",
  "activity.resume": "{what}: weitermachen",
  "activity.stop": "{what}: anhalten",
  "activity.again": "Noch einmal versuchen",
  "activity.forget": "Aus der Liste nehmen",
  "activity.cancelled": "von dir angehalten",
  "activity.done": "erledigt",
  "activity.open": "„{name}“ öffnen",

  "job.ingest": "Audio einlesen",
  "job.process": "MP3 herstellen",
  "job.publish": "Veröffentlichen",
  "job.pull": "Zahlen holen",

  "phase.analyse": "messen",
  "phase.copy": "kopieren",
  "phase.upload": "senden",
  "phase.verify": "gegenlesen",
  "phase.feed": "Feed schreiben",
  "phase.push": "Server benachrichtigen",
  "phase.pull": "vom Server",
  "phase.verify_feed": "Feed gegenlesen",
  "phase.fetch": "Dateien holen",
  "phase.delete": "löschen",
  "phase.finish": "abschließen",
  "phase.hash": "lesen",
  "phase.read": "lesen",
  "phase.level": "auf Lautheit bringen",
  "phase.encode": "wird kodiert",
};
