// The part of a picture the author chooses. German.
import type { pictures as en } from "../en/pictures";
import type { Words } from "../types";

export const pictures: Words<typeof en> = {
  "crop.open": "Ausschnitt wählen …",
  "crop.remove": "Cover der Sendung zeigen",
  "crop.removeCover": "Cover entfernen",
  "crop.title": "Welcher Teil ist zu sehen?",
  "crop.text": "Die Datei selbst bleibt, wie sie ist: Du kannst später neu wählen.",
  "crop.frame": "Der Teil, der zu sehen ist",
  "crop.keys": "Zieh das Quadrat oder seine Ecken. Pfeile schieben es, + und − ändern die Größe; mit Umschalt geht es weiter.",
  "crop.size": "Größe",
  "crop.across": "Links nach rechts",
  "crop.down": "Oben nach unten",
  "crop.pixels": { one: "{count} Pixel", other: "{count} Pixel" },
  "crop.preview": "Vorschau in Pixeln",
  "crop.previewOf": "Vorschau, {size} Pixel breit",
  "crop.small": "{side} Pixel breit: Verzeichnisse wollen mindestens 1.400.",
  "crop.enough": "{side} Pixel breit: genug für jedes Verzeichnis.",
  "crop.middle": "Mitte",
  "crop.usual": "Wie ohne Wahl",
  "crop.whole": "Das ganze Bild zeigen",
  "crop.keep": "Diesen Teil nehmen",
};
