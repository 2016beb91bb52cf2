// What is known of old hosts and old feeds, in words of the window.
import type { OldFeed } from "../bindings/OldFeed";
import type { OldHost } from "../bindings/OldHost";
import { t } from "../shared/strings";

/** What dies when the account at a host is closed. */
export function dies(host: OldHost): string {
  const hasFeed = host.counts.some(([kind]) => kind === "feed");
  const feed = hasFeed ? t(host.closing === "redirect_stays" ? "moving.dies.redirect" : "moving.dies.feed") : "";
  const used = host.in_use > 0 ? t("moving.dies.used", { count: host.in_use }) : t("moving.dies.none");
  return [feed, used].filter((words) => words !== "").join(" ");
}

/** Where an old feed leads, as an app finds it. */
export function leads(feed: OldFeed): string {
  const { status, hops, leads_to, why } = feed.answered;
  if (feed.arrives) return t("moving.feed.arrives", { count: hops });
  if (feed.missing.length > 0) return t("moving.feed.missing", { count: feed.missing.length });
  if (status === 0) return `${t("moving.noAnswer")}: ${why ?? ""}`;
  if (status < 200 || status >= 300) return t("moving.feed.answers", { status: String(status) });
  if (leads_to) return t("moving.feed.elsewhere", { address: leads_to });
  return t(feed.says_so ? "moving.feed.saysSo" : "moving.feed.byItself");
}
