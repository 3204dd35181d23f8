/** For tests: a kernel thread that ends at once, or as soon as it has begun with a job. */
import { CONTROL, enterJob, jobPlace } from "./_instance.ts";
import { nodeWorkers } from "./_node_workers.ts";
import type { WorkerStart } from "./_worker.ts";

const node = nodeWorkers()!;
const { control } = node.workerData as WorkerStart;
node.parentPort!.postMessage("ready");
if (import.meta.url.endsWith("?busy")) {
  Atomics.wait(control, CONTROL.SEQUENCE, 0);
  enterJob(control, jobPlace(1));
}
