// Tiny pictures that stand in the place of others while those are on their way: asked for together, and once.
import * as api from "../bindings/client";

/** So many are kept. */
const most = 5000;
const known = new Map<string, Promise<string | undefined>>();
let waiting: string[] = [];
let answer: Promise<Record<string, string | undefined>> | undefined;

/** The address of the tiny picture for one with this hash; nothing where there is none. */
export function placeholder(hash: string): Promise<string | undefined> {
  const before = known.get(hash);
  if (before) return before;
  if (known.size >= most) known.clear();
  waiting.push(hash);
  answer ??= Promise.resolve().then(() => {
    const pictures = waiting;
    waiting = [];
    answer = undefined;
    return api.placeholders({ pictures });
  });
  const one = answer.then(
    (all) => all[hash],
    () => {
      known.delete(hash);
      return undefined;
    },
  );
  known.set(hash, one);
  return one;
}
