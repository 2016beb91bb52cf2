// Jobs and their phases. English; the other languages have the same keys.

export const activity = {
  "job.ingest": "Reading audio",
  "job.process": "Making the MP3",
  "job.publish": "Publishing",
  "job.pull": "Fetching numbers",

  "phase.analyse": "measuring",
  "phase.copy": "copying",
  "phase.upload": "sending",
  "phase.verify": "reading back",
  "phase.feed": "writing the feed",
  "phase.push": "telling the server",
  "phase.pull": "from the server",
  "phase.verify_feed": "reading the feed back",
  "phase.finish": "finishing",
  "phase.hash": "reading",
  "phase.read": "reading",
} as const;
