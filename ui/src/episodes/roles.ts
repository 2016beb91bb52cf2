// Roles and groups of people in the podcast taxonomy (podcast-namespace, taxonomy.json): as feeds write them, in small letters, and
// as the window says them. Any other role or group is as somebody typed it. Pure.
import type { Person } from "../bindings/Person";
import { maybe } from "../shared/strings";

/** The roles of each group. */
const taxonomy: Readonly<Record<string, readonly string[]>> = {
  "creative direction": ["director", "assistant director", "executive producer", "senior producer", "producer", "associate producer", "development producer", "creative director"],
  "cast": ["host", "co-host", "guest host", "guest", "voice actor", "narrator", "announcer", "reporter"],
  "writing": ["author", "editorial director", "co-writer", "writer", "songwriter", "guest writer", "story editor", "managing editor", "script editor", "script coordinator", "researcher", "editor", "fact checker", "translator", "transcriber", "logger"],
  "audio production": ["studio coordinator", "technical director", "technical manager", "audio engineer", "remote recording engineer", "post production engineer"],
  "audio post-production": ["audio editor", "sound designer", "foley artist", "composer", "theme music", "music production", "music contributor"],
  "administration": ["production coordinator", "booking coordinator", "production assistant", "content manager", "marketing manager", "sales representative", "sales manager"],
  "visuals": ["graphic designer", "cover art designer"],
  "community": ["social media manager"],
  "misc.": ["consultant", "intern"],
  "video production": ["camera operator", "lighting designer", "camera grip", "assistant camera"],
  "video post-production": ["editor", "assistant editor"],
};

/** What a person is where nothing is said. */
export const unsaid = { role: "host", group: "cast" } as const;
export const groups: readonly string[] = Object.keys(taxonomy);
export const roles: readonly string[] = [...new Set(Object.values(taxonomy).flat())];

/** The group of a role, the first that has it. */
export const groupOf = (role: string): string | undefined => groups.find((group) => taxonomy[group]?.includes(role));

/** What a role is called in the window. */
export const roleName = (role: string): string => (roles.includes(role) ? maybe(`role.${role}`, role) : role);
export const groupName = (group: string): string => (groups.includes(group) ? maybe(`people.group.${group}`, group) : group);

/** What was typed, as feeds write it: by its name in the window or in the taxonomy, else as it stands. */
function meant(typed: string, known: readonly string[], nameOf: (one: string) => string): string {
  const words = typed.trim().toLowerCase();
  return known.find((one) => one === words || nameOf(one).toLowerCase() === words) ?? words;
}
export const roleFrom = (typed: string): string => meant(typed, roles, roleName) || unsaid.role;
export const groupFrom = (typed: string): string => meant(typed, groups, groupName) || unsaid.group;

/** The group that goes with a role: its own, or the one of before where the role has none. */
export const usualGroup = (role: string, before: string): string => groupOf(role) ?? before;
/** The group that was typed; an emptied field means the one that goes with the role. */
export const groupTyped = (typed: string, usual: string): string => (typed.trim() === "" ? usual : groupFrom(typed));

/** Role and group as they are kept: what says the same as before stays as it came, and what goes without saying is not written. */
export function placed(role: string, group: string, before: Partial<Person>): Pick<Person, "role" | "group"> {
  const keep = (name: "role" | "group", now: string) => (now === (before[name] || unsaid[name]).toLowerCase() ? before[name] : now === unsaid[name] ? undefined : now);
  const kept = { role: keep("role", role), group: keep("group", group) };
  return { ...(kept.role ? { role: kept.role } : {}), ...(kept.group ? { group: kept.group } : {}) };
}
