// Where a picture goes that is dropped on the window: to the chooser that was opened last, if one is open.

type Take = (path: string) => Promise<void>;
let open: Take[] = [];

/** A chooser is open from now on; the answer says it is closed. */
export function choosing(take: Take): () => void {
  open = [...open, take];
  return () => {
    open = open.filter((one) => one !== take);
  };
}

/** The chooser that takes a dropped picture now. */
export const chooser = (): Take | undefined => open.at(-1);
