// Whether an import has anything to do. Pure.
import type { ImportReport } from "../bindings/ImportReport";

/** What becomes of counting services is another choice than the time before: kept for the times to come, too. */
export const choosesAnew = (report: ImportReport): boolean => !report.made && report.prefix !== report.prefix_before;

/** Nothing is new there, nothing changed, and nothing was chosen anew. */
export const isNothing = (report: ImportReport): boolean =>
  !report.made && report.episodes_new === 0 && report.episodes_changed === 0 && report.changes.length === 0 && report.comments === 0
  && !(report.folder && report.files.waiting > 0) && !choosesAnew(report);
