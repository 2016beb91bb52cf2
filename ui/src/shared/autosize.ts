// A text area as tall as its words, also where the browser cannot do that by itself. For `{@attach}`.

const natively = () => CSS.supports("field-sizing", "content");

/** Follows the words; reads `words` so that it runs again when they change from outside. */
export function autosize(words: string): (area: HTMLTextAreaElement) => () => void {
  return (area) => {
    if (natively()) return () => undefined;
    void words;
    const fit = () => {
      area.style.height = "0";
      area.style.height = `${area.scrollHeight}px`;
    };
    fit();
    const widths = new ResizeObserver((entries) => {
      const width = entries[0]?.contentRect.width;
      if (width !== seen) fit();
      seen = width;
    });
    let seen: number | undefined = area.clientWidth;
    widths.observe(area);
    return () => widths.disconnect();
  };
}
