// Jobs and their phases. German.
import type { activity as english } from "../en/activity";
import type { Words } from "../types";

export const activity: Words<typeof english> = {
  "job.ingest": "Audio wird gelesen",
  "job.process": "MP3 wird gemacht",
  "job.publish": "Wird veröffentlicht",
  "job.pull": "Zahlen werden geholt",

  "phase.analyse": "messen",
  "phase.copy": "kopieren",
  "phase.upload": "senden",
  "phase.verify": "gegenlesen",
  "phase.feed": "Feed schreiben",
  "phase.push": "Server benachrichtigen",
  "phase.pull": "vom Server",
  "phase.verify_feed": "Feed gegenlesen",
  "phase.finish": "abschließen",
  "phase.hash": "lesen",
  "phase.read": "lesen",
};
