// Versions that were published, and the way back to one. German.
import type { versions as english } from "../en/versions";
import type { Words } from "../types";

export const versions: Words<typeof english> = {
  "versions.open": "Versionen …",
  "versions.title": "Versionen an „{name}“",
  "versions.list": "Versionen, die neueste zuerst",
  "versions.none": "Dort wurde noch nichts veröffentlicht.",
  "versions.one": "Version {version}",
  "versions.current": "Jetzt öffentlich",
  "versions.restores": "Wie Version {version}",
  "versions.elsewhere": "von einem anderen Rechner",
  "versions.files": { one: "{count} Datei", other: "{count} Dateien" },
  "versions.feedBytes": "Feed von {size}",
  "versions.withdrawn": "Eine Folge daraus wurde seitdem zurückgezogen; sie kommt darum nie zurück.",
  "versions.compared": "Verglichen mit",
  "versions.before": "der Version davor",
  "versions.now": "dem, was jetzt öffentlich ist",
  "versions.first": "Sie war die erste.",
  "versions.same": "Hörer würden keinen Unterschied bemerken.",
  "versions.came": "Neu",
  "versions.went": "Weg",
  "versions.showItself": "Die Sendung selbst",
  "versions.is": "ist",
  "versions.again": "Apps, die den Ton neu laden",
  "versions.more": "Dateien: {added} mehr, {gone} weniger.",
  "versions.feed": "Der Feed, wie er war",
  "versions.showFeed": "Feed zeigen",
  "versions.back": "Zurück zu Version {version}",
  "versions.ask": "Zurück zu Version {version}?",
  "versions.askText": "Sie wird neu veröffentlicht, als eine weitere Version: Nichts geht verloren, und auf demselben Weg kommst du wieder vor. Was du hier schreibst, bleibt, wie es ist.",
};
