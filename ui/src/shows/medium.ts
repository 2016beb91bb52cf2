// What a feed can be (`podcast:medium`): one thing to hear, see or read, or a list of such feeds. The order of the namespace.

const single = ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"] as const;

/** Feeds that name others, each of one kind; `mixed` names feeds of several. */
const lists = ["podcastL", "musicL", "videoL", "filmL", "audiobookL", "newsletterL", "blogL", "publisherL", "courseL", "mixed"] as const;

/** Every medium that apps know. */
export const media = [...single, ...lists] as const;
