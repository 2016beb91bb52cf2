// Commands of this issue until the generated client has them.
import { call } from "../host";

export interface CheckFinding {
  level: "error" | "warning" | "advice";
  code: string;
  message: string;
  hint: string;
  subject: { kind: string; id: string };
  field: string;
  source: { name: string; url: string };
}
export interface CheckReport {
  findings: CheckFinding[];
  errors: number;
  warnings: number;
  advice: number;
  checked_ms: number;
}
export interface ProbeLine {
  check: string;
  outcome: "good" | "advisory" | "bad" | "untried";
  message: string;
  hint: string;
}
export interface ProbeReport {
  usable: boolean;
  guarded: boolean;
  lines: ProbeLine[];
  at_ms: number;
}

export const check_show = (args: { show: string }): Promise<CheckReport> => call("check_show", args);
export const check_show_here = (args: { show: string }): Promise<CheckReport> => call("check_show_here", args);
export const probe_target = (args: { target: string }): Promise<ProbeReport> => call("probe_target", args);
export const set_access_key = (args: { target: string; access_key_id: string; secret_access_key: string }): Promise<null> => call("set_access_key", args);
