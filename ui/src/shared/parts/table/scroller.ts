// What scrolls around an element, and how much of the element is seen. For `{@attach}`.

/** The nearest box around that scrolls. */
export function scrollerOf(element: HTMLElement): HTMLElement {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  }
  return document.documentElement;
}

/** Tells how far the element is scrolled past the top of its scroller, and the height that is seen; once at first, then on every change. */
export function watched(tell: (top: number, height: number) => void): (element: HTMLElement) => () => void {
  return (element) => {
    const scroller = scrollerOf(element);
    const look = () => tell(Math.max(0, scroller.getBoundingClientRect().top - element.getBoundingClientRect().top), scroller.clientHeight);
    const sizes = new ResizeObserver(look);
    sizes.observe(scroller);
    sizes.observe(element);
    scroller.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  };
}
