import assert from "node:assert/strict";
import { join } from "node:path";
import { readSafetensorsHeader } from "../model/mod.ts";
import {
  type Checkpoint,
  checkpointName,
  listCheckpoints,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
import type { OptimizerState } from "./optimizers/mod.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(join(folder, "checkpoints"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A checkpoint of 5 rows and 4 dimensions, every number different; one tensor has one float a row. */
function checkpointAt(step: number): Checkpoint {
  const table = (start: number): Float32Array => Float32Array.from({ length: 20 }, (_, i) => start + i / 3);
  return {
    progress: { step, lossSum: 0.1 + step, lossCount: 3 },
    state: {
      embeddings: table(0),
      optimizer: {
        first_moments: table(100),
        second_moments: table(200),
        last_steps: Float32Array.of(3, 1, step, 4, 0.5),
      },
    },
  };
}

Deno.test("writeCheckpoint and readCheckpoint keep every bit", () =>
  withFolder(async (folder) => {
    const path = await writeCheckpoint(folder, checkpointAt(12), { dim: 4 });
    assert.equal(path, `${folder}/step-00000012`);
    assert.deepEqual(await readCheckpoint(path), checkpointAt(12));
  }));

Deno.test("writeCheckpoint names tensors as the artifacts' inputs are named, with their shapes", () =>
  withFolder(async (folder) => {
    const path = await writeCheckpoint(folder, checkpointAt(2), { dim: 4 });
    const { tensors } = await readSafetensorsHeader(`${path}/state.safetensors`);
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    assert.deepEqual(shapes, {
      embeddings: [5, 4],
      first_moments: [5, 4],
      second_moments: [5, 4],
      last_steps: [5],
    });
  }));

Deno.test("writeCheckpoint and readCheckpoint keep a state of one float a row, and of none", () =>
  withFolder(async (folder) => {
    const optimizers: OptimizerState[] = [{ accumulators: Float32Array.of(1, 2, 3, 4, 5) }, {}];
    for (const optimizer of optimizers) {
      const checkpoint = { ...checkpointAt(4), state: { embeddings: new Float32Array(20), optimizer } };
      const path = await writeCheckpoint(folder, checkpoint, { dim: 4 });
      assert.deepEqual(await readCheckpoint(path), checkpoint);
    }
  }));

Deno.test("writeCheckpoint replaces one of the same step", () =>
  withFolder(async (folder) => {
    const other = { ...checkpointAt(3), state: checkpointAt(3).state };
    other.state.embeddings[0] = -1;
    await writeCheckpoint(folder, checkpointAt(3), { dim: 4 });
    await writeCheckpoint(folder, other, { dim: 4 });
    assert.deepEqual(await readCheckpoint(`${folder}/step-00000003`), other);
    assert.deepEqual(await listCheckpoints(folder), ["step-00000003"]);
  }));

Deno.test("writeCheckpoint keeps the newest so many", () =>
  withFolder(async (folder) => {
    for (const step of [1, 9, 10, 100]) {
      await writeCheckpoint(folder, checkpointAt(step), { dim: 4, limit: 2 });
    }
    assert.deepEqual(await listCheckpoints(folder), ["step-00000010", "step-00000100"]);
  }));

Deno.test("listCheckpoints: oldest first; what an interrupted write left, and anything else, does not count", () =>
  withFolder(async (folder) => {
    assert.deepEqual(await listCheckpoints(folder), []);
    for (const step of [20, 3]) await writeCheckpoint(folder, checkpointAt(step), { dim: 4 });
    await Deno.mkdir(`${folder}/${checkpointName(21)}.new`);
    await Deno.mkdir(`${folder}/notes`);
    await Deno.writeTextFile(`${folder}/step-00000030`, "");
    assert.deepEqual(await listCheckpoints(folder), ["step-00000003", "step-00000020"]);
    await writeCheckpoint(folder, checkpointAt(21), { dim: 4 });
    assert.deepEqual(await readCheckpoint(`${folder}/step-00000021`), checkpointAt(21));
  }));

Deno.test("readCheckpoint: cut short at any place, or without a part, it is one sentence with the cure", () =>
  withFolder(async (folder) => {
    const path = await writeCheckpoint(folder, checkpointAt(5), { dim: 4 });
    const refused = {
      name: "RangeError",
      message:
        /^Cannot resume from [^\n]*step-00000005: [^\n]+; remove that folder to resume from the one before it$/,
    };
    for (const name of ["state.safetensors", "progress.json"]) {
      const whole = await Deno.readFile(join(path, name));
      for (const length of [0, 5, whole.length >> 1, whole.length - 3]) {
        await Deno.writeFile(join(path, name), whole.slice(0, length));
        await assert.rejects(readCheckpoint(path), refused, `${name} of ${length} bytes`);
      }
      await Deno.remove(join(path, name));
      await assert.rejects(readCheckpoint(path), refused, `no ${name}`);
      await Deno.writeFile(join(path, name), whole);
    }
    assert.deepEqual(await readCheckpoint(path), checkpointAt(5));
  }));

Deno.test("writeCheckpoint that fails names the checkpoint, the reason and the cure", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(folder, "a file where a folder should be");
    await assert.rejects(writeCheckpoint(folder, checkpointAt(5), { dim: 4 }), {
      message: /^Cannot write checkpoint [^\n]*step-00000005: [^\n]+; make room there$/,
    });
  }));
