// What the build puts in.

/** What the window is built of (scripts/licences.mjs). */
declare const __PARTS__: { name: string; version: string; licence: string }[];
/** What the program around the window is built of. */
declare const __CRATES__: { name: string; version: string; licence: string }[];
/** The program's version. */
declare const __VERSION__: string;
