// The sound of an episode. German.
import type { audio as english } from "../en/audio";
import type { Words } from "../types";

export const audio: Words<typeof english> = {
  "audio.card": "Audio",
  "audio.dropTitle": "Aufnahme hier ablegen",
  "audio.dropText": "Eine MP3 bleibt Bit für Bit, wie sie ist. Oder den Pfad angeben:",
  "audio.dropNow": "Loslassen, um diese Aufnahme zu verwenden",
  "audio.pathLabel": "Pfad der Audiodatei",
  "audio.pathPlaceholder": "/home/du/aufnahmen/folge.mp3",
  "audio.use": "Diese Datei verwenden",
  "audio.replace": "Audio ersetzen",
  "audio.play": "Abspielen",
  "audio.pause": "Pause",
  "audio.back": "15 Sekunden zurück",
  "audio.ahead": "15 Sekunden vor",
  "audio.position": "Stelle im Audio",
  "audio.positionValue": "{at} von {length}",
  "audio.speed": "Geschwindigkeit",
  "audio.waveform": "Wellenform von {name}",
  "audio.facts": "{format}, {size}",
  "audio.kbit": "{codec} {rate} kbit/s",
  "audio.loudness": "{lufs} LUFS",
  "audio.peak": "Spitze {peak} dBTP",
  "audio.away": "Die Datei ist nicht auf dieser Festplatte.",
  "audio.cannotPlay": "Dieser Rechner kann die Datei nicht abspielen. Die Datei selbst kann in Ordnung sein.",
  "audio.working": "„{name}“ wird gelesen",
  "audio.dropOne": "Eine Aufnahme nach der anderen: Die erste wurde genommen.",
};
