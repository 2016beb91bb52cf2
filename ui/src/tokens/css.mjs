// Turns the tokens into custom properties: pure text work, used by the generator and its test.

/** The custom properties of one theme's colours. */
function colours(theme) {
  return Object.entries(theme)
    .map(([role, value]) => `  --${role}: ${value.oklch};`)
    .join("\n");
}

function block(selector, body) {
  return `${selector} {\n${body}\n}`;
}

function sizes(tokens) {
  const out = [];
  for (const step of tokens.type.scale) {
    const family = step.family === "ui" ? "var(--font-ui)" : "var(--font-reading)";
    out.push(`  --type-${step.name}: ${step.weight} ${step.size}px/${step.line}px ${family};`);
    if (step.tracking) out.push(`  --tracking-${step.name}: ${step.tracking};`);
  }
  for (const step of tokens.space.steps) out.push(`  --space-${step}: ${step}px;`);
  for (const [name, value] of Object.entries(tokens.radius)) {
    if (typeof value === "number") out.push(`  --radius-${name}: ${value}px;`);
  }
  for (const [name, value] of Object.entries(tokens.size)) {
    if (typeof value === "number") out.push(`  --size-${name.replaceAll("_", "-")}: ${value}px;`);
  }
  for (const name of ["fast", "base", "slow"]) out.push(`  --motion-${name}: ${tokens.motion[`${name}_ms`]}ms;`);
  out.push(`  --motion-easing: ${tokens.motion.easing};`);
  out.push(`  --shadow-button: ${tokens.shadow.button};`);
  return out.join("\n");
}

/** The whole style sheet. */
export function css(tokens) {
  const themes = tokens.color.themes;
  const float = tokens.shadow.float;
  const high = "  --shadow-float: 0 0 0 1px var(--line-strong);";
  const light = `  color-scheme: light;\n${colours(themes.light)}\n  --shadow-float: ${float.light};`;
  const dark = `  color-scheme: dark;\n${colours(themes.dark)}\n  --shadow-float: ${float.dark};`;
  const fonts =
    '  --font-ui: "Inter Variable", system-ui, sans-serif;\n  --font-reading: "Source Serif 4 Variable", Georgia, serif;';
  const parts = [
    "/* Generated from tokens.json by scripts/tokens.mjs. Do not edit. */",
    block(":root", `${fonts}\n${sizes(tokens)}\n${light}`),
    `@media (prefers-color-scheme: dark) {\n${block(":root:not([data-theme])", dark)}\n}`,
    block(':root[data-theme="light"]', light),
    block(':root[data-theme="dark"]', dark),
    block(
      ':root[data-theme="light"][data-contrast="more"]',
      `${colours(themes["high-contrast-light"])}\n${high}`,
    ),
    block(':root[data-theme="dark"][data-contrast="more"]', `${colours(themes["high-contrast-dark"])}\n${high}`),
    "@media (prefers-reduced-motion: reduce) {\n:root {\n  --motion-fast: 0ms;\n  --motion-base: 0ms;\n  --motion-slow: 0ms;\n}\n}",
  ];
  return `@layer tokens {\n${parts.join("\n\n")}\n}\n`;
}
