import type { PushPlan, PushResult } from "../hub/mod.ts";
import { type LeftOutFile, NOT_PART } from "./_push_files.ts";

/** What a push did, or would do, as plain JSON. */
export interface PushReport {
  /** `OWNER/NAME`. */
  repository: string;
  /** Branch that got the commit, or that the pull request is for. */
  branch: string;
  /** Address of model, branch or pull request; null if nothing was done. */
  url: string | null;
  /** The commit; null if nothing was done. */
  commit: string | null;
  /** Whether the commit is offered as a pull request. */
  pullRequest: boolean;
  /** Whether the repository was made, or would be. */
  isNew: boolean;
  /** Whether only its owner sees it; null where that follows from the owner's settings. */
  isPrivate: boolean | null;
  /** Files of the model, and whether the hub had none of the name, another one, or the same. */
  files: { path: string; bytes: number; state: "new" | "changed" | "same" }[];
  /** Files of the folder that stay. */
  leftOut: { path: string; bytes: number; reason: string }[];
}

/** Puts a report together. */
export function pushReport(
  plan: PushPlan,
  leftOut: readonly LeftOutFile[],
  result: PushResult | undefined,
): PushReport {
  return {
    repository: plan.id,
    branch: plan.branch,
    url: result?.url ?? null,
    commit: result?.commit ?? null,
    pullRequest: plan.pullRequest,
    isNew: plan.isNew,
    isPrivate: plan.isPrivate ?? null,
    files: plan.files.map(({ path, size, state }) => ({ path, bytes: size, state })),
    leftOut: leftOut.map(({ path, size, reason }) => ({ path, bytes: size, reason })),
  };
}

/** What a push would do, for people. */
export function dryRunText(
  { repository, branch, isNew, isPrivate, pullRequest, files, leftOut }: PushReport,
): string {
  const going = files.filter(({ state }) => state !== "same");
  const rows = [
    ...files.map(({ path, bytes, state }) => [state, formatBytes(bytes), path]),
    ...folded(leftOut).map(({ path, bytes, reason }) => ["stays", formatBytes(bytes), `${path} (${reason})`]),
  ];
  const width = Math.max(...rows.map(([, size]) => size.length));
  const visibility = isPrivate === null
    ? "seen by whom its owner's settings say"
    : isPrivate
    ? "private"
    : "public";
  const where = `${pullRequest ? "a pull request to " : ""}branch ${branch}`;
  return [
    `${repository}, ${isNew ? "to be made, " : ""}${visibility}; ${where}`,
    ...rows.map(([state, size, path]) => `${state.padEnd(7)}  ${size.padStart(width)}  ${path}`),
    `${going.length} of ${files.length} files would go, ${sumText(going)}`,
  ].join("\n") + "\n";
}

/** What a push did, for people. */
export function doneText({ repository, branch, commit, isNew, files }: PushReport): string {
  const going = files.filter(({ state }) => state !== "same");
  if (going.length === 0) return `Nothing to push: ${repository} holds these ${files.length} files already\n`;
  const made = isNew ? `Made ${repository}. ` : "";
  return `${made}Pushed ${going.length} of ${files.length} files, ${
    sumText(going)
  }, to ${branch}: commit ${commit}\n`;
}

/** What stays, for people; empty if nothing does. */
export function leftOutText(leftOut: PushReport["leftOut"]): string {
  if (leftOut.length === 0) return "";
  const names = folded(leftOut).map(({ path, reason }) => reason === NOT_PART ? path : `${path} (${reason})`);
  return `Not pushed: ${names.join(", ")}\n`;
}

/** Folders that stay as a whole take one line. */
function folded(leftOut: PushReport["leftOut"]): PushReport["leftOut"] {
  const groups = Map.groupBy(
    leftOut,
    ({ path, reason }) => `${reason}\n${/^[^/]+\//.exec(path)?.[0] ?? path}`,
  );
  return [...groups].map(([key, files]) => {
    const path = key.slice(key.indexOf("\n") + 1);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { path, bytes, reason: files[0].reason };
  });
}

function sumText(files: PushReport["files"]): string {
  return formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
}

function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
