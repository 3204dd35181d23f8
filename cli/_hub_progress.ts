import type { HubHooks } from "../hub/mod.ts";
import { formatSeconds, Progress } from "./_progress.ts";
import { printError } from "./_output.ts";

/** Tells of downloads from the hub on a moving line, and of every pause with its reason. */
export function hubHooks(): HubHooks {
  let progress: Progress | undefined;
  let file = "";
  return {
    onDownload({ name, received, total }) {
      if (file !== name) progress?.finish();
      if (file !== name || progress === undefined) progress = new Progress({ unit: "MB" });
      file = name;
      progress.update(received / 1e6, { total: total / 1e6, note: name });
      if (received === total) progress.finish();
    },
    onWait({ seconds, reason }) {
      progress?.finish();
      printError(`${reason}; trying again in ${formatSeconds(seconds)}\n`);
    },
  };
}
