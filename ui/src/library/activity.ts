// Jobs in words: what one does, why it waits, what came of it, where it leads. Pure.
import { addresses } from "./addresses";
import type { Job } from "../bindings/Job";
import { bytes } from "../shared/format";
import { maybe, t } from "../shared/strings";

/** What a job does. */
export const doing = (job: Job): string => maybe(`does.${job.does}`, maybe(`job.${job.kind}`, t("status.jobs")));

/** Whether it rests because the other side did not answer. */
export const rests = (job: Job): boolean => job.state === "waiting" && job.not_before_ms !== null;

/** Whether it has not ended. */
export const isOpen = (job: Job): boolean => job.state === "running" || job.state === "waiting" || job.state === "paused";

/** "tries again in 12 seconds". */
export function retry(atMs: number, now: number): string {
  const seconds = Math.ceil((atMs - now) / 1000);
  if (seconds <= 0) return t("activity.retryNow");
  return seconds < 120 ? t("activity.retry", { count: seconds }) : t("activity.retryMinutes", { count: Math.round(seconds / 60) });
}

/** Why a job does not go on; nothing for one that does. */
export function waits(job: Job, now: number): string | undefined {
  if (job.state === "paused") return t("activity.held");
  if (job.state !== "waiting") return undefined;
  return job.not_before_ms === null ? t("activity.turn") : retry(job.not_before_ms, now);
}

/** What came of a job, in a few words; nothing where there is nothing to tell. */
export function result(job: Job): string | undefined {
  const outcome = job.state === "done" ? job.outcome : null;
  if (!outcome) return undefined;
  if (outcome.exported) {
    const { files, bytes: size, folder, left_out: left } = outcome.exported;
    return [t("activity.exported", { count: files, bytes: bytes(size), folder }), left.length > 0 ? t("activity.leftOut", { count: left.length }) : ""].filter(Boolean).join(", ");
  }
  if (outcome.imported) {
    const { episodes_new: fresh, problems } = outcome.imported;
    return [fresh > 0 ? t("activity.taken", { count: fresh }) : t("activity.nothingNew"), problems.length > 0 ? t("activity.notTaken", { count: problems.length }) : ""].filter(Boolean).join(", ");
  }
  if (job.kind === "pull") {
    const parts = [outcome.publications > 0 ? t("activity.published", { count: outcome.publications }) : "", outcome.rows > 0 ? t("activity.rows", { count: outcome.rows }) : ""];
    return parts.filter(Boolean).join(", ") || t("activity.upToDate");
  }
  if (outcome.version === null) return undefined;
  if (outcome.publications === 0) return t("activity.nothingNew");
  return [
    t("activity.version", { version: String(outcome.version) }),
    outcome.verified > 0 ? t("activity.readBack", { count: outcome.verified }) : "",
    outcome.bytes > 0 ? t("activity.sent", { bytes: bytes(outcome.bytes) }) : "",
  ].filter(Boolean).join(", ");
}

/** The page where the thing is; `show` is the id of the job's show, where it has one. */
export function leads(job: Job, show: string | undefined): string | undefined {
  const imported = job.outcome?.imported?.show;
  if (imported) return addresses.episodes(imported);
  if (!show) return undefined;
  if (job.does === "export") return addresses.details(show);
  if (job.does === "withdraw") return addresses.publishing(show);
  if (job.subject.kind === "episode") return addresses.episode(show, job.subject.id);
  return job.kind === "pull" ? addresses.listeners(show) : addresses.publishing(show);
}
