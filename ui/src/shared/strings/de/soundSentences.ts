// What the program says in English of sounds and how they were made, in German. The more exact sentence stands before the one that
// would fit as well.

/** Things that these sentences name. */
export const soundThings: Record<string, string> = {
  left: "links", right: "rechts",
  "that program was not found": "dieses Programm wurde nicht gefunden", "it is cut off, its lower part is missing": "es ist abgeschnitten, unten fehlt etwas",
};

export const soundSentences: [program: string, german: string][] = [
  ['In the file "{name}": {}', "In der Datei „{1}“: {2}"],
  // Damaged, cut off, put together.
  ["The file begins with {bytes} bytes that are neither tag nor sound; players skip them.", "Die Datei beginnt mit {1} Bytes, die weder Tag noch Ton sind; Player übergehen sie."],
  ["The file ends with {bytes} bytes that are no sound.", "Die Datei endet mit {1} Bytes, die kein Ton sind."],
  ["{bytes} bytes of the file are damaged and cannot be played.", "{1} Bytes der Datei sind beschädigt und nicht abzuspielen."],
  ["A short piece of the sound ({ms} ms) is damaged; players are silent there or click.", "Ein kurzes Stück des Tons ({1} ms) ist beschädigt; Player schweigen oder knacken dort."],
  ["A short piece of the sound is damaged; players are silent there or click.", "Ein kurzes Stück des Tons ist beschädigt; Player schweigen oder knacken dort."],
  ["{seconds:.1} seconds of the sound are damaged and cannot be played.", "{1} Sekunden des Tons sind beschädigt und nicht abzuspielen."],
  ["The sound is damaged here (ffmpeg: {words}).", "Der Ton ist hier beschädigt (ffmpeg: {1})."],
  ["{} more places are damaged.", "{1} weitere Stellen sind beschädigt."],
  ["Some samples are no numbers or impossibly loud; they are played as silence.", "Einige Abtastwerte sind keine Zahlen oder unmöglich laut; sie werden als Stille gespielt."],
  ["A second recording begins here in the same file; some players stop.", "Hier beginnt in derselben Datei eine zweite Aufnahme; manche Player hören auf."],
  ["Two MP3 files were glued together here; some players stop or show a wrong length.", "Hier wurden zwei MP3-Dateien aneinandergehängt; manche Player hören auf oder zeigen eine falsche Länge."],
  ["The file is glued together in {} more places.", "Die Datei ist an {1} weiteren Stellen aneinandergehängt."],
  ["The sample rate or the number of channels changes here; many players fail on that.", "Hier wechselt die Abtastrate oder die Zahl der Kanäle; daran scheitern viele Player."],
  ["The file is cut off after {end}: its last piece is incomplete.", "Die Datei ist nach {1} abgeschnitten: Ihr letztes Stück ist unvollständig."],
  ["The file is cut off: the last {missing} bytes that it says it has are missing.", "Die Datei ist abgeschnitten: Die letzten {1} Bytes, die sie nach eigener Angabe hat, fehlen."],
  ["The file ends after {}, but was made to last {}.", "Die Datei endet nach {1}, war aber für {2} gemacht."],
  ["After {end} begins sound of a kind that cannot be decoded; nothing after this place is used.", "Nach {1} beginnt Ton einer Art, die sich nicht lesen lässt; alles danach bleibt weg."],
  ["The program that recorded this file did not finish it: its length was not written. All of it is used.", "Das Programm, das diese Datei aufnahm, hat sie nicht abgeschlossen: Ihre Länge fehlt. Alles darin wird verwendet."],
  ["Behind the sound stand {bytes} bytes that belong to nothing: the file may say too small a length. They are not used; open it in an audio editor as raw sound to get them.", "Hinter dem Ton stehen {1} Bytes, die zu nichts gehören: Vielleicht nennt die Datei eine zu kleine Länge. Sie bleiben weg; öffne die Datei in einem Audioprogramm als rohen Ton, um sie zu bekommen."],
  ["The file says that it lasts {told}, but {decoded} can be heard; players show a wrong length.", "Die Datei gibt {1} an, zu hören sind aber {2}; Player zeigen eine falsche Länge."],
  ["The bit rate varies and the file does not state its length: players show a wrong one and skip badly.", "Die Bitrate wechselt, und die Datei nennt ihre Länge nicht: Player zeigen eine falsche und springen schlecht."],
  ["An edit list inside the file hides {seconds:.1} seconds of its sound; players that do not know such lists play them.", "Eine Schnittliste in der Datei versteckt {1} Sekunden ihres Tons; Player, die solche Listen nicht kennen, spielen sie."],
  ["The head of the file hides the first {seconds:.1} seconds of its sound.", "Der Kopf der Datei versteckt die ersten {1} Sekunden ihres Tons."],
  ["A note inside the file (iTunSMPB) hides all of its sound; it is left aside, and all of the sound is used.", "Ein Vermerk in der Datei (iTunSMPB) versteckt ihren ganzen Ton; er bleibt unbeachtet, und der ganze Ton wird verwendet."],
  ["An edit list inside the file plays pieces of its sound in another order or twice; it is left aside, and all of the sound is used once.", "Eine Schnittliste in der Datei spielt Stücke ihres Tons in anderer Reihenfolge oder zweimal; sie bleibt unbeachtet, und der ganze Ton wird einmal verwendet."],
  ["Its rate or its channels change in the middle. Export it again from an audio editor.", "Mittendrin wechselt die Abtastrate oder die Zahl der Kanäle. Exportiere sie noch einmal aus einem Audioprogramm."],
  // Tags.
  ["The ID3 tag at the front states no valid length, so players may not skip it.", "Das ID3-Tag am Anfang nennt keine gültige Länge; Player überspringen es vielleicht nicht."],
  ["The ID3 tag at the front claims to be longer than the whole file.", "Das ID3-Tag am Anfang will länger sein als die ganze Datei."],
  ["A tag at the end claims to be longer than the whole file.", "Ein Tag am Ende will länger sein als die ganze Datei."],
  ["The ID3 tag is larger than 64 MiB and was passed over.", "Das ID3-Tag ist größer als 64 MiB und wurde übergangen."],
  ["A part of the ID3 tag is damaged and was passed over.", "Ein Teil des ID3-Tags ist beschädigt und wurde übergangen."],
  ["The cover in the tags is no readable JPEG or PNG picture.", "Das Cover in den Tags ist kein lesbares JPEG- oder PNG-Bild."],
  ["A chapter's picture is no readable picture, or all of them have more than 16 MiB; it was left out.", "Das Bild eines Kapitels ist kein lesbares Bild, oder alle zusammen haben mehr als 16 MiB; es wurde weggelassen."],
  ["1 chapter has no picture inside the file: together the pictures would make every download much longer.", "1 Kapitel hat kein Bild in der Datei: Zusammen machten die Bilder jeden Download viel länger."],
  ["{count} chapters have no picture inside the file: together the pictures would make every download much longer.", "{1} Kapitel haben kein Bild in der Datei: Zusammen machten die Bilder jeden Download viel länger."],
  // Videos.
  ["Frame rate, codecs and a still of a video are found with the program ffmpeg, and {why}. What stands here is what the file says of itself.", "Bildrate, Codecs und ein Standbild eines Videos findet das Programm ffmpeg ({1}). Hier steht, was die Datei von sich sagt."],
  ["There is no picture at {}.{:03} s: the video ends after {}.{:03} s.", "Bei {1},{2} s ist kein Bild: Das Video endet nach {3},{4} s."],
  ["No bright picture was found for a still: choose the moment yourself.", "Für ein Standbild fand sich kein helles Bild: Wähl den Augenblick selbst."],
  // Odd.
  ["The sound is clipped in {places} places, first at {first}: it was recorded too loud.", "Der Ton ist an {1} Stellen übersteuert, zuerst bei {2}: Er wurde zu laut aufgenommen."],
  ["Only the {side} channel holds sound; the other one is silent.", "Nur auf einer Seite ({1}) ist Ton; die andere ist still."],
  ["The two channels are each other's mirror image: on a telephone or a single loudspeaker they cancel each other. One cable or one setting was reversed.", "Die zwei Kanäle sind Spiegelbilder: Am Telefon oder aus einem einzigen Lautsprecher löschen sie sich aus. Ein Kabel oder eine Einstellung war verkehrt."],
  ["There is only silence in this recording, or it is shorter than 0.4 seconds.", "In dieser Aufnahme ist nur Stille, oder sie ist kürzer als 0,4 Sekunden."],
  ["There is a film in this file; only its sound is used.", "In dieser Datei ist ein Film; nur sein Ton wird verwendet."],
  ["The six channels of 5.1 sound are mixed down to stereo: podcast apps play no more.", "Die sechs Kanäle des 5.1-Tons werden zu Stereo gemischt: Mehr spielen Podcast-Apps nicht."],
  ["Its many channels are mixed down to stereo: podcast apps play no more.", "Die vielen Kanäle werden zu Stereo gemischt: Mehr spielen Podcast-Apps nicht."],
  ["This sound may be HE-AAC. Without the program ffmpeg only its lower frequencies are heard here; install ffmpeg and choose the file again.", "Dieser Ton ist vielleicht HE-AAC. Ohne das Programm ffmpeg sind hier nur seine tieferen Frequenzen zu hören; installiere ffmpeg und wähle die Datei noch einmal."],
  ['The table of contents stands behind the pictures: players must load the whole file before they begin. "hearthcast media video FILE --faststart -o OUT" puts it in front, without changing a picture.', "Das Inhaltsverzeichnis steht hinter den Bildern: Player müssen die ganze Datei laden, ehe sie beginnen. „hearthcast media video FILE --faststart -o OUT“ stellt es nach vorn, ohne ein Bild zu ändern."],
  // Pictures of its chapters.
  ["A chapter's picture is no readable picture, or all of them have more than 16 MiB; it was left out.", "Das Bild eines Kapitels ist kein lesbares Bild, oder alle zusammen haben mehr als 16 MiB; es wurde weggelassen."],
  ["A picture of its chapters was left out. {}", "Ein Bild seiner Kapitel wurde weggelassen. {1}"],
  ["Its chapters have {all} pictures, and the first {MOST} of them are taken.", "Seine Kapitel haben {1} Bilder, und die ersten {2} davon werden genommen."],
  // How it was made.
  ["The recording is so quiet that it was made louder by {MOST_GAIN_DB} dB and no more; what is left is mostly noise.", "Die Aufnahme ist so leise, dass sie um {1} dB lauter gemacht wurde und nicht mehr; was bleibt, ist vor allem Rauschen."],
  ["The result has {after:.1} LUFS instead of {target}: its peaks leave no room.", "Das Ergebnis hat {1} LUFS statt {2}: Seine Spitzen lassen keinen Raum."],
  ["The format {} was left out: {reason}.", "Das Format {1} wurde weggelassen: {2}."],
];
