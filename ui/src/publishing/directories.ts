// Where a new feed is told of, so that people find the show. Pages of the directories themselves.
export const directories = [
  { name: "Apple Podcasts", url: "podcastsconnect.apple.com" },
  { name: "Spotify", url: "creators.spotify.com" },
  { name: "Podcast Index", url: "podcastindex.org/add" },
];
