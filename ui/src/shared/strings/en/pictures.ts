// The part of a picture the author chooses. English; the other languages have the same keys.

export const pictures = {
  "crop.open": "Choose the part…",
  "crop.remove": "Use the show’s cover",
  "crop.removeCover": "Remove the cover",
  "crop.title": "Which part is shown?",
  "crop.text": "The file itself stays as it is: you can choose again later.",
  "crop.frame": "The part that is shown",
  "crop.keys": "Drag the square or its corners. Arrows move it, + and − change its size; Shift goes further.",
  "crop.size": "Size",
  "crop.across": "Left to right",
  "crop.down": "Top to bottom",
  "crop.pixels": { one: "{count} pixel", other: "{count} pixels" },
  "crop.preview": "Preview in pixels",
  "crop.previewOf": "Preview, {size} pixels wide",
  "crop.small": "{side} pixels wide: directories ask for 1,400 at least.",
  "crop.enough": "{side} pixels wide: enough for every directory.",
  "crop.middle": "Middle",
  "crop.usual": "As without choosing",
  "crop.whole": "Show the whole picture",
  "crop.keep": "Use this part",
} as const;
