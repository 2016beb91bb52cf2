// What the system tells the author while the window is not in front: something long is done, or has failed.
import type { Job } from "../bindings/Job";
import { host } from "../host";
import { doing } from "../library/activity";
import { names } from "../library/names.svelte";
import { said } from "../shared/said";
import { t } from "../shared/strings";

/** Whether the author sees the window anyway. */
const looking = () => document.visibilityState === "visible" && document.hasFocus();

/** The title and the words about a job that ended; nothing where there is nothing to tell. */
export function news(job: Job, name: string | undefined): { title: string; body: string } | undefined {
  const what = doing(job);
  if (job.state === "failed") return { title: t("news.failed", { what }), body: [name, job.error ? said(job.error).what : ""].filter(Boolean).join(": ") };
  if (job.state === "done" && (job.kind === "publish" || job.kind === "process")) return { title: t("news.done", { what }), body: name ?? "" };
  return undefined;
}

/** Tells about a job that ended, where the author does not see it. */
export async function tell(job: Job): Promise<void> {
  if (!host.notify || looking()) return;
  await names.learn([job.subject]).catch(() => undefined);
  const words = news(job, names.of(job.subject));
  if (words) host.notify(words.title, words.body);
}
