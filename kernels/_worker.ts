/** A kernel thread: waits for the sequence number to rise, takes part in the job, waits again. */
import { CONTROL, instantiateKernels, jobPlace, joinJob } from "./_instance.ts";
import { nodeWorkers } from "./_node_workers.ts";

/** What a thread is started with. */
export interface WorkerStart {
  /** Memory of the kernels. */
  memory: WebAssembly.Memory;
  /** Control block. */
  control: Int32Array<SharedArrayBuffer>;
  /** Address of the thread's own memory. */
  scratch: number;
}

function run({ memory, control, scratch }: WorkerStart, sayReady: () => void): void {
  const kernels = instantiateKernels(memory, scratch);
  let sequence = 0;
  sayReady();
  for (;;) {
    Atomics.wait(control, CONTROL.SEQUENCE, sequence);
    if (Atomics.load(control, CONTROL.STOPPED) === 1) return;
    if (Atomics.load(control, CONTROL.SEQUENCE) === sequence) continue;
    sequence = (sequence + 1) | 0;
    joinJob(control, jobPlace(sequence), kernels);
  }
}

/** The worker's own global scope where it is a browser's; Deno's default library types describe the window's. */
interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerStart>) => void;
  postMessage(message: string): void;
  close(): void;
}

const node = nodeWorkers();
if (node?.parentPort) run(node.workerData as WorkerStart, () => node.parentPort!.postMessage("ready"));
else {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => {
    run(data, () => scope.postMessage("ready"));
    scope.close();
  };
}
