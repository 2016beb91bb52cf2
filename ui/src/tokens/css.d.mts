// Types of css.mjs.
export function css(tokens: unknown): string;
