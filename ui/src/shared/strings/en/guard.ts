// What apps make of it when something changes that they know a published episode by. English; the other languages have the same
// keys. Which apps do what comes from the program.

export const guard = {
  "guard.heading": "Apps know published episodes by this",
  "guard.what.guid": { one: "The guid of {count} episode changes", other: "The guid of {count} episodes changes" },
  "guard.what.date": { one: "The publication date of {count} episode changes", other: "The publication date of {count} episodes changes" },
  "guard.what.address": { one: "The address of the sound of {count} episode changes", other: "The address of the sound of {count} episodes changes" },
  "guard.what.sound": { one: "The sound of {count} episode changes under the same address", other: "The sound of {count} episodes changes under the same addresses" },
  "guard.source": "Where that is written",
  "guard.open": "Publish all the same…",
  "guard.ask": "Publish, and let apps lose what they know?",
  "guard.askText": "Nothing is public yet. Untick an episode to leave it as listeners know it.",
  "guard.publish": "Publish",
  "guard.askRule": "Give public sounds another address?",
  "guard.askRuleText": "It holds from the next publication on. Older addresses go on answering.",
  "guard.keep": "Keep the rule",
  "replace.title": "The sound of a live episode",
  "replace.text": "Listeners have the sound of “{title}” already. What becomes of it?",
  "replace.way.same-guid": "A new address, the same episode",
  "replace.way.new-guid": "A new episode",
  "replace.way.same-url": "The same address",
  "replace.about.same-guid": "The usual way. Apps go on knowing the episode; who downloaded it keeps the old sound.",
  "replace.about.new-guid": "Everybody gets it once more, as an episode that is new. Publishing it has to be confirmed.",
  "replace.about.same-url": "Whoever did not download it yet gets the new sound, and no app notices.",
  "replace.go": "Replace",
  "episode.guidLabel": "Guid",
  "episode.guidHint": "Apps know the episode by it. Once it is public, publishing another one has to be confirmed.",
} as const;
