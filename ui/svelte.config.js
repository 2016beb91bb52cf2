// Svelte's own settings: runes everywhere, and every component's style in the layer `components`.
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

const layered = { style: ({ content }) => ({ code: `@layer components {${content}}` }) };

export default { preprocess: [vitePreprocess(), layered], compilerOptions: { runes: true } };
