// The addresses of all pages, in one place.

const enc = encodeURIComponent;

export const addresses = {
  start: () => "#/",
  newShow: () => "#/new-show",
  episodes: (show: string) => `#/shows/${enc(show)}/episodes`,
  episode: (show: string, episode: string) => `#/shows/${enc(show)}/episodes/${enc(episode)}`,
  publishing: (show: string) => `#/shows/${enc(show)}/publishing`,
  moving: (show: string) => `#/shows/${enc(show)}/moving`,
  versions: (show: string, target: string) => `#/shows/${enc(show)}/publishing/${enc(target)}`,
  listeners: (show: string) => `#/shows/${enc(show)}/listeners`,
  comments: (show: string) => `#/shows/${enc(show)}/comments`,
  details: (show: string) => `#/shows/${enc(show)}/details`,
  media: (file?: string) => (file ? `#/media/${enc(file)}` : "#/media"),
  settings: () => "#/settings",
};
