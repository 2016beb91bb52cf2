// The gallery of parts: only in a build for development; a package has none in it.

export const hasGallery = import.meta.env.MODE !== "production";

/** Loads it when it is asked for. */
export const gallery = hasGallery ? () => import("../gallery/Gallery.svelte") : undefined;
