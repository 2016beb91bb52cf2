// What an episode or a post is called, also before it has a title.
import { t } from "../shared/strings";

/** Its title, or words in its place. */
export function titleOf(title: string, post: boolean): string {
  return title || t(post ? "posts.newTitle" : "episodes.newTitle");
}
