import assert from "node:assert/strict";
import { generator } from "./_test_arrays.ts";
import { type EncodeTextsJob, KernelMemory, TextBatch, TextKernels } from "./mod.ts";

const COLUMNS = 40;
const ROWS = 50;

/** Bags of 1 to 9 rows of a table, as a job of their own. */
function drawJob(memory: KernelMemory, seed: number, texts: number): EncodeTextsJob {
  const random = generator(seed);
  const table = memory.float32(ROWS * COLUMNS);
  for (let i = 0; i < table.length; i++) table[i] = random() * 2 - 1;
  const offsets = memory.int32(texts + 1);
  for (let i = 0; i < texts; i++) offsets[i + 1] = offsets[i] + 1 + Math.floor(9 * random());
  const ids = memory.int32(offsets[texts]);
  for (let i = 0; i < ids.length; i++) ids[i] = Math.floor(ROWS * random());
  return {
    table: table.byteOffset,
    kind: "float32",
    stride: COLUMNS,
    columns: COLUMNS,
    normalize: true,
    offsets: offsets.byteOffset,
    ids: ids.byteOffset,
    out: memory.float32(texts * COLUMNS).byteOffset,
    texts,
    grain: 3,
  };
}

function vectorsOf({ out, texts }: EncodeTextsJob, memory: KernelMemory): Float32Array {
  return new Float32Array(memory.buffer, out, texts * COLUMNS).slice();
}

Deno.test("TextKernels.encodeTexts: what is begun is finished with the same bits, up to four at once, again and again", async () => {
  using kernels = await TextKernels.start({ threads: 3 });
  assert.equal(kernels.threads, 3);
  const { memory } = kernels;
  const alone = TextKernels.alone(memory);
  const jobs = [1, 2, 3, 4].map((seed) => drawJob(memory, seed, 50 * seed));
  const expected = jobs.map((job) => {
    alone.encodeTexts(job);
    return vectorsOf(job, memory);
  });
  for (let turn = 0; turn < 40; turn++) {
    for (const { out, texts } of jobs) new Float32Array(memory.buffer, out, texts * COLUMNS).fill(NaN);
    const begun = jobs.map((job) => kernels.beginEncode(job));
    begun.forEach((job, i) => {
      kernels.finish(job);
      assert.deepEqual(vectorsOf(jobs[i], memory), expected[i]);
    });
  }
});

Deno.test("TextKernels.alone gives the same kernels for the same memory", () => {
  const memory = new KernelMemory();
  assert.equal(TextKernels.alone(memory), TextKernels.alone(memory));
  assert.notEqual(TextKernels.alone(memory), TextKernels.alone());
});

Deno.test("TextKernels work on memory that is not shared, with the same bits", () => {
  const vectors = [true, false].map((shared) => {
    const memory = new KernelMemory({ shared });
    assert.equal(memory.isShared, shared);
    // Kernels first: arrays over memory that is not shared end when it grows.
    const kernels = TextKernels.alone(memory);
    const job = drawJob(memory, 5, 20);
    kernels.encodeTexts(job);
    return vectorsOf(job, memory);
  });
  assert.deepEqual(vectors[1], vectors[0]);
});

Deno.test("TextKernels.areFinite finds every infinite and every undefined float16", () => {
  const kernels = TextKernels.alone();
  const halves = kernels.memory.reserve(2 * 70);
  const values = new Float16Array(kernels.memory.buffer, halves, 70).fill(65504);
  assert.equal(kernels.areFinite(halves, 70), true);
  for (const value of [Infinity, -Infinity, NaN]) {
    values.fill(-65504);
    values[69] = value;
    assert.equal(kernels.areFinite(halves, 70), false);
    assert.equal(kernels.areFinite(halves, 69), true);
  }
});

Deno.test("TextBatch.fill writes UTF-8 one text after the other, as many as there is room for", () => {
  const memory = new KernelMemory();
  const batch = new TextBatch(memory, { texts: 5, bytes: 700 });
  const texts = ["plain", "", "é東🙂", "\ud800x\udfff", "a".repeat(99) + "é", "b".repeat(101), "last"];
  const read = (from: number): string[] => {
    const count = batch.fill(texts, from);
    const ends = new Uint32Array(memory.buffer, batch.offsets, count + 1);
    const bytes = new Uint8Array(memory.buffer, batch.bytes, 700).slice();
    return Array.from(
      { length: count },
      (_, i) => new TextDecoder().decode(bytes.slice(ends[i], ends[i + 1])),
    );
  };
  const written = texts.map((text) => text.toWellFormed());
  assert.deepEqual(read(0), written.slice(0, 5));
  assert.deepEqual(read(4), written.slice(4, 7));
  assert.equal(batch.fill(["x".repeat(300)], 0), 0);
  assert.equal(batch.fill(texts, 0, 2), 2);
});
