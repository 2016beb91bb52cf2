// How the page is built: one bundle for the window, no addresses outside it.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { readFileSync } from "node:fs";
import { crates, licences } from "./scripts/licences.mjs";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

export default defineConfig({
  plugins: [svelte()],
  base: "./",
  define: { __PARTS__: JSON.stringify(licences()), __CRATES__: JSON.stringify(process.env["VITEST"] ? [] : crates()), __VERSION__: JSON.stringify(version) },
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false }, rolldownOptions: { input: ["index.html", "reports.html"] } },
});
