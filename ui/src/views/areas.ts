// F6: from one area of the window to the next, as in other programs.

const areas = ["nav[data-area]", "header[data-area]", "#main", "aside[data-testid]", "footer[data-area]"];
const stops = "a[href], button:not([disabled]), input:not([disabled]), textarea, [tabindex='0']";

/** Goes to the first stop of the next area that is there; backwards with `back`. */
export function nextArea(back: boolean): void {
  const there = areas.map((one) => document.querySelector<HTMLElement>(one)).filter((one) => one !== null);
  // The inspector stands inside the page: the innermost counts.
  const now = there.findLastIndex((one) => one.contains(document.activeElement));
  const next = there[(now + (back ? -1 : 1) + there.length) % there.length];
  const current = next?.querySelector<HTMLElement>("a[aria-current=page]");
  (current ?? next?.querySelector<HTMLElement>(stops) ?? next)?.focus();
}
