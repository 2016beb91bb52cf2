// Every screen of the window: its address, what shows that it is there, and what is done to get it into that state.

/** Screens of a library that has shows. `ids` are those of sample.mjs. */
export function routes(ids) {
  const of = (show, rest) => `#/shows/${show}/${rest}`;
  const there = "main h1, main [data-testid=problem]";
  const press = (...list) => async (page) => { for (const key of list) await page.keyboard.press(key); };
  return [
    { name: "episodes", at: of(ids.many, "episodes"), sees: "[data-testid=new-episode]" },
    { name: "episodes-empty", at: of(ids.empty, "episodes"), sees: "[data-testid=new-episode]" },
    { name: "episodes-long-title", at: of(ids.tall, "episodes"), sees: "[data-testid=new-episode]" },
    { name: "episodes-right-to-left", at: of(ids.right, "episodes"), sees: "[data-testid=new-episode]" },
    { name: "episode", at: of(ids.many, `episodes/${ids.whole}`), sees: "[data-testid=episode-title]" },
    { name: "episode-bare", at: of(ids.many, `episodes/${ids.bare}`), sees: "[data-testid=episode-title]" },
    { name: "publishing", at: of(ids.many, "publishing"), sees: there },
    { name: "publishing-first", at: of(ids.empty, "publishing"), sees: there },
    { name: "publishing-conflict", at: of(ids.twice, "publishing"), sees: "[data-testid=conflict]", state: "conflict", late: 400 },
    { name: "publishing-conflict-follow", at: of(ids.twice, "publishing"), sees: "[data-testid=conflict]", state: "conflict", act: (page) => page.locator("[data-testid=conflict-follow]").click(), then: "[data-testid=conflict-follow-sure]", late: 300 },
    { name: "publishing-conflict-taken", at: of(ids.twice, "publishing"), sees: "[data-testid=conflict]", state: "conflict", act: (page) => page.locator("[data-testid=conflict-take]").first().click(), then: "[data-testid=conflict-left]", late: 300 },
    { name: "publishing-scheduled", at: of(ids.twice, "publishing"), sees: "[data-testid=changes]", state: "scheduled", late: 400 },
    { name: "publishing-withdrawn", at: of(ids.twice, "publishing"), sees: "[data-testid=withdrawn]", state: "withdrawn", act: (page) => page.locator("[data-testid=withdrawn-addresses] button, [data-testid=withdrawn-addresses]").first().click(), then: "[data-testid=withdrawn]", late: 400 },
    { name: "episode-still-goes-out", at: of(ids.many, `episodes/${ids.whole}`), sees: "[data-testid=still-goes-out]", state: "scheduled" },
    { name: "episode-withdraw", at: of(ids.many, `episodes/${ids.whole}`), sees: "[data-testid=still-goes-out]", state: "scheduled", act: async (page) => { await page.locator("[data-testid=episode-state]").click(); await page.locator("[data-testid=withdraw-episode]").click(); }, then: "[data-testid=confirm]", late: 300 },
    { name: "listeners", at: of(ids.many, "listeners"), sees: there },
    { name: "listeners-numbers", at: of(ids.many, "listeners"), sees: there, state: "numbers", late: 500 },
    { name: "details", at: of(ids.many, "details"), sees: "[data-testid=show-title]" },
    { name: "details-part", at: of(ids.many, "details"), sees: "[data-testid=show-cover-crop]", act: (page) => page.locator("[data-testid=show-cover-crop]").click(), then: "[data-testid=crop-preview]", late: 500 },
    { name: "details-remove", at: of(ids.twice, "details"), sees: "[data-testid=remove-show]", act: (page) => page.locator("[data-testid=remove-show]").click(), then: "[data-testid=confirm]", late: 300 },
    { name: "details-removed", at: of(ids.twice, "details"), sees: "[data-testid=restore-show]", state: "removed", act: (page) => page.locator("[data-testid=restore-show]").scrollIntoViewIfNeeded() },
    { name: "episodes-several", at: of(ids.many, "episodes"), sees: "[data-testid=episode-row]", act: async (page) => { await page.locator("[data-testid=episode-table]").focus(); for (const key of ["Home", "Space", "Shift+ArrowDown", "Shift+ArrowDown"]) await page.keyboard.press(key); }, then: "[data-testid=several]" },
    { name: "versions", at: of(ids.twice, `publishing/${ids.place}`), sees: "[data-testid=version-detail], main [data-testid=problem]", late: 600 },
    { name: "versions-back", at: of(ids.twice, `publishing/${ids.place}`), sees: "[data-testid=version]", act: async (page) => { await page.locator("[data-testid=version]").last().click(); await page.locator("[data-testid=version-back]").click(); }, then: "[data-testid=rollback-sentence]", late: 300 },
    { name: "place-elsewhere", at: of(ids.empty, "publishing"), sees: "[data-testid=place-form]", act: (page) => page.locator("[data-testid=place-kind-remote]").check({ force: true }), then: "[data-testid=place-host]" },
    { name: "place-rules", at: of(ids.twice, "publishing"), sees: "[data-testid=place-menu]", act: async (page) => { await page.locator("[data-testid=place-menu]").first().click(); await page.locator("[data-testid=place-rules]").click(); await page.locator("[data-testid=rule-path]").fill("{show}/s{season:02}/{slug}.{ext}"); }, then: "[data-testid=rule-preview] code", late: 700 },
    { name: "settings", at: "#/settings", sees: "[data-testid=theme]" },
    { name: "new-show", at: "#/new-show", sees: "[data-testid=new-show-title]" },
    { name: "gallery", at: "#/gallery", sees: "[data-testid=gallery]" },
    { name: "palette", at: of(ids.many, "episodes"), sees: "[data-testid=new-episode]", act: press("Control+k"), then: "[data-testid=palette-input]" },
    { name: "keys", at: of(ids.many, "episodes"), sees: "[data-testid=new-episode]", act: press("?"), then: "[data-testid=keys]" },
    { name: "activity", at: of(ids.many, "episodes"), sees: "[data-testid=new-episode]", act: press("Control+j"), then: "[data-testid=activity]" },
    { name: "activity-busy", at: of(ids.many, "episodes"), sees: "[data-testid=new-episode]", act: press("Control+j"), then: "[data-testid=activity]", state: "busy", late: 400 },
  ];
}

/** Parts that open something, in the gallery. */
export const opened = [
  { name: "select", click: "[data-testid=gallery-select]", then: "[role=listbox]" },
  { name: "combobox", click: "[data-testid=gallery-combobox]", type: "New", then: "[role=listbox]" },
  { name: "menu", click: "[data-testid=gallery-menu]", then: "[role=menu]" },
  { name: "calendar", click: ".open-calendar", then: ".calendar" },
  { name: "sheet", click: "[data-testid=gallery-sheet]", then: "[role=dialog]" },
  { name: "confirm", click: "[data-testid=gallery-confirm]", then: "[data-testid=confirm]" },
  { name: "toast", click: "[data-testid=gallery-toast]", then: "[data-testid=toast]" },
];
