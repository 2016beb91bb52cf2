// People: roles and groups as they are typed and kept. Expected values are those of the podcast taxonomy (podcast-namespace,
// taxonomy.json), or written by hand.
import { afterEach, describe, expect, it } from "vitest";
import { groupFrom, groupName, groupOf, groupTyped, groups, placed, roleFrom, roleName, roles, usualGroup } from "../src/episodes/roles";
import { speak } from "../src/shared/strings";

afterEach(() => speak("en"));

describe("the taxonomy", () => {
  it("has its groups, and each role in one", () => {
    expect(groups).toEqual(["creative direction", "cast", "writing", "audio production", "audio post-production", "administration", "visuals", "community", "misc.", "video production", "video post-production"]);
    expect(roles.every((role) => groupOf(role) !== undefined)).toBe(true);
    expect(["composer", "foley artist", "host", "logger", "intern", "camera grip", "assistant editor", "pilot"].map(groupOf)).toEqual(["audio post-production", "audio post-production", "cast", "writing", "misc.", "video production", "video post-production", undefined]);
  });
  it.each(["en", "de"] as const)("says every role and group in its own words (%s)", (language) => {
    speak(language);
    for (const role of roles) expect(roleFrom(roleName(role)), role).toBe(role);
    for (const group of groups) expect(groupFrom(groupName(group)), group).toBe(group);
    expect(new Set(roles.map(roleName)).size).toBe(roles.length);
  });
});

describe("what is typed", () => {
  it("is a role by its name, in the window or in feeds, or one of one's own", () => {
    expect([" Co-Host", "Cover designer", "cover art designer", "Harbour Pilot", ""].map(roleFrom)).toEqual(["co-host", "cover art designer", "cover art designer", "harbour pilot", "host"]);
    speak("de");
    expect([roleFrom("gast"), roleFrom("guest"), groupFrom("Besetzung"), groupFrom("Leuchtturm")]).toEqual(["guest", "guest", "cast", "leuchtturm"]);
    expect([roleName("guest"), roleName("harbour pilot"), roleName("primary")]).toEqual(["Gast", "harbour pilot", "primary"]);
  });
  it("means the group of the role where the group was emptied", () => {
    expect(["foley artist", "harbour pilot"].map((role) => usualGroup(role, "community"))).toEqual(["audio post-production", "community"]);
    expect(["", "  ", "Audio post-production", "Lighthouse "].map((typed) => groupTyped(typed, "community"))).toEqual(["community", "community", "audio post-production", "lighthouse"]);
  });
  it("is kept without what goes without saying, and as it came where it still says the same", () => {
    expect(placed("host", "cast", {})).toEqual({});
    expect(placed("guest", "cast", { role: "guest" })).toEqual({ role: "guest" });
    expect(placed("foley artist", "audio post-production", {})).toEqual({ role: "foley artist", group: "audio post-production" });
    expect(placed("host", "cast", { role: "Host", group: "cast" })).toEqual({ role: "Host", group: "cast" });
    expect(placed("host", "cast", { role: "guest", group: "writing" })).toEqual({});
  });
});
