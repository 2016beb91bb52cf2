// Every word the window says, in English. `{name}` is filled in; a pair of forms is chosen by `count`.
import { common } from "./common";
import { frame } from "./frame";
import { shows } from "./shows";
import { episodes } from "./episodes";
import { audio } from "./audio";
import { places } from "./places";
import { publishing } from "./publishing";
import { chapters } from "./chapters";
import { comments } from "./comments";
import { listeners } from "./listeners";
import { reports } from "./reports";
import { settings } from "./settings";
import { parts } from "./parts";
import { pictures } from "./pictures";
import { errors } from "./errors";
import { several } from "./several";
import { posts } from "./posts";
import { website } from "./website";
import { versions } from "./versions";
import { activity } from "./activity";
import { tags } from "./tags";
import { intake } from "./intake";
import { guard } from "./guard";
import { hearing } from "./hearing";
import { media } from "./media";
import { moving } from "./moving";

export const en = { ...common, ...parts, ...pictures, ...errors, ...several, ...posts, ...website, ...versions, ...frame, ...shows, ...episodes, ...audio, ...publishing, ...places, ...chapters, ...listeners, ...comments, ...reports, ...settings, ...activity, ...tags, ...intake, ...guard, ...hearing, ...media, ...moving } as const;
