/** A kernel thread: waits for the sequence number to rise, works, reports, waits again. */
import { CONTROL, instantiateKernels, workOff } from "./_instance.ts";

/** What a thread is started with. */
export interface WorkerStart {
  /** Memory of the kernels. */
  memory: WebAssembly.Memory;
  /** Control block. */
  control: Int32Array<SharedArrayBuffer>;
}

/** The worker's own global scope; Deno's default library types describe the window's. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerStart>) => void;
  postMessage(message: string): void;
  close(): void;
};

scope.onmessage = ({ data }) => {
  const { memory, control } = data;
  const kernels = instantiateKernels(memory);
  let sequence = 0;
  scope.postMessage("ready");
  for (;;) {
    Atomics.wait(control, CONTROL.SEQUENCE, sequence);
    sequence = Atomics.load(control, CONTROL.SEQUENCE);
    if (sequence < 0) break;
    workOff(control, kernels);
    Atomics.add(control, CONTROL.DONE, 1);
    Atomics.notify(control, CONTROL.DONE);
  }
  scope.close();
};
