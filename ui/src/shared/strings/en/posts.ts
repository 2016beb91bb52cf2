// Posts: news of the show's website, without sound. English; the other languages have the same keys.

export const posts = {
  "posts.new": "New post",
  "posts.newTitle": "Untitled post",
  "posts.filter": "Posts",
  "posts.about": "For the show’s website. It has no sound and is not in the feed.",
  "posts.noSound": "A post has no sound. Make an episode for “{name}”.",
  "posts.noFile": "A post takes a picture, no other file.",
  "posts.titleLabel": "Title of the post",
  "posts.edit": "State and date",
  "posts.remove": "Remove this post…",
  "posts.inspector": "About this post",
  "checks.postPictureMissing": "Neither this post nor the show has one",
  "posts.onSite": "On the website",
  "posts.drop": "Let go: a picture",
  "posts.withdrawText": "It leaves the server now. Its files are deleted at every place, and no version with it ever comes back. What it said is forgotten here and on the server. Your own pictures stay on this computer. There is no undo.",
  "keys.newPost": "New post",
  "publish.newPost": "New post",
} as const;
