import type { HubHooks } from "../hub/mod.ts";
import { formatSeconds, Progress } from "./_progress.ts";
import { printError } from "./_output.ts";

/** Tells of downloads from the hub and uploads to it on a moving line, and of every pause with its reason. */
export function hubHooks(): HubHooks {
  let progress: Progress | undefined;
  let file = "";
  const tell = (name: string, done: number, total: number): void => {
    if (file !== name) progress?.finish();
    if (file !== name || progress === undefined) progress = new Progress({ unit: "MB" });
    file = name;
    progress.update(done / 1e6, { total: total / 1e6, note: name });
    if (done === total) progress.finish();
  };
  return {
    onDownload: ({ name, received, total }) => tell(name, received, total),
    onUpload: ({ name, sent, total }) => tell(name, sent, total),
    onWait({ seconds, reason }) {
      progress?.finish();
      printError(`${reason}; trying again in ${formatSeconds(seconds)}\n`);
    },
  };
}
