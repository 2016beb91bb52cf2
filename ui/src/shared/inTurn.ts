// One after the other: each begins with what the one before left.

/** Does something when all that was asked for before has ended, well or not. */
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** A line of its own. */
export function inLine(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const next = last.then(act, act);
    last = next;
    return next;
  };
}
