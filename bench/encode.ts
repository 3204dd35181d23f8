/**
 * Text in, vectors out: the stages of encoding on the texts of the hub mirror with a 1,024-dimensional table of random
 * numbers, medians of several passes. Every figure stands beside the memory bandwidth that the same kernels reach in
 * the same run, and beside the machine's load, which the figures depend on more than on anything else.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench encode          # all of it, half a minute
 * LATHE_HUB_MIRROR=../shared/hub deno task bench encode 4        # with four threads instead of all cores
 * ```
 *
 * @module
 */

import { join } from "node:path";
import { readRows, resolveSource } from "../data/mod.ts";
import { Hub } from "../hub/mod.ts";
import { KernelMemory, TextKernels } from "../kernels/mod.ts";
import { type EmbeddingTable, StaticModel } from "../model/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";

const ENGLISH = "google-bert/bert-base-uncased";
const MULTILINGUAL = "lathe-data/multilingual-wordpiece";
const DIM = 1024;
const ROW_BYTES = 4 * DIM;
const PASSES = 9;
/** Texts a second of Sentence Transformers on two cores at its best batch size, another run and machine. */
const SETS = [
  { name: "SQuAD questions", source: "squad-sentences", columns: ["question"], reference: 25_600 },
  { name: "SQuAD sentences", source: "squad-sentences", columns: ["answer"], reference: 12_200 },
  { name: "SciFact documents", source: "scifact/corpus.jsonl", columns: ["title", "text"], reference: 1_990 },
];

interface TextSet {
  name: string;
  texts: string[];
  reference: number;
}

/** Prints the tables. */
export async function main(args: readonly string[] = []): Promise<void> {
  const threads = Number(args[0] ?? navigator.hardwareConcurrency);
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub";
  const file = join(mirror, "models", ENGLISH, "tokenizer.json");
  const json = await Deno.readFile(file);
  const tokenizer = await loadTokenizer(json, file);
  const rows = tokenizer.vocabSize;
  const table = randomTable(rows);
  const sets = await Promise.all(SETS.map((set) => readSet(set, mirror)));
  const bandwidth: number[] = [];
  for (const each of [1, threads]) {
    const [inOrder, atRandom] = [await gatherRate(rows, each, true), await gatherRate(rows, each, false)];
    bandwidth.push(inOrder);
    console.log(
      `Memory, by the kernels, ${each} threads: rows of 4 KiB in order ${gigabytes(inOrder)}, at random ` +
        `${gigabytes(atRandom)} (load ${load()})`,
    );
  }
  using model = StaticModel.create({ table, dim: DIM, tokenizer });
  await printStages(model, sets, { threads, bandwidth });
  await printTypes(tokenizer, sets[2], threads);
  await printStart(model, json);
  await printLanguages(mirror);
}

/** Medians of the stages, on one thread and on several. */
async function printStages(
  model: StaticModel,
  sets: readonly TextSet[],
  { threads, bandwidth }: { threads: number; bandwidth: readonly number[] },
): Promise<void> {
  for (const { name, texts, reference } of sets) {
    const bags = model.tokenizer.encodeAll(texts);
    const tokens = bags.ids.length;
    const out = new Float32Array(texts.length * DIM);
    console.log(
      `\n${name}: ${texts.length} texts, ${(tokens / texts.length).toFixed(1)} tokens each (load ${load()})`,
    );
    const show = (stage: string, { milliseconds, best }: Timing, gathers: number): void => {
      const rate = 1000 * tokens / milliseconds;
      const bytes = gathers === 0
        ? ""
        : `${gigabytes(rate * ROW_BYTES)}, ${(rate * ROW_BYTES / gathers).toFixed(2)} x memory`;
      console.log(
        `  ${stage.padEnd(26)}${count(1000 * texts.length / milliseconds)} texts/s, at best ` +
          `${count(1000 * texts.length / best)}; ` +
          `${(rate / 1e6).toFixed(1).padStart(6)} M tokens/s  ${bytes}`,
      );
    };
    await model.useThreads(1);
    show("split, 1 thread", await timed(() => void model.tokenizer.encodeAll(texts)), 0);
    show("split and pool, 1 thread", await timed(() => model.encode(texts, { out })), bandwidth[0]);
    await model.useThreads(threads);
    const reused = await timed(() => model.encode(texts, { out }));
    show(`split and pool, ${threads} threads`, reused, bandwidth[1]);
    show(`  at length 1`, await timed(() => model.encode(texts, { out, normalize: true })), bandwidth[1]);
    show(`  into new memory`, await timed(() => model.encode(texts)), bandwidth[1]);
    const ratio = (1000 * texts.length / reused.milliseconds / reference).toFixed(1);
    console.log(`  ${ratio} times the reference's ${count(reference).trim()} texts/s`);
  }
}

/** Tables of other types and truncated vectors, on the longest texts. */
async function printTypes(tokenizer: Tokenizer, { name, texts }: TextSet, threads: number): Promise<void> {
  const table = randomTable(tokenizer.vocabSize);
  const tables: Record<string, EmbeddingTable> = {
    float32: table,
    float16: new Float16Array(table),
    int8: Int8Array.from(table, (value) => 127 * value),
  };
  console.log(`\n${name} by type of table, ${threads} threads (load ${load()})`);
  const out = new Float32Array(texts.length * DIM);
  for (const [kind, each] of Object.entries(tables)) {
    const model = StaticModel.create({ table: each, dim: DIM, tokenizer });
    await model.useThreads(threads);
    for (const truncate of [DIM, 256, 64]) {
      const milliseconds = await median(() => model.encode(texts, { truncate, out }));
      console.log(
        `  ${kind.padEnd(8)} ${String(truncate).padStart(4)} columns ` +
          `${count(1000 * texts.length / milliseconds)} texts/s`,
      );
    }
    await model.useThreads(1);
  }
}

/** One text, and the time from a folder to its first vector, in this process and in a new one. */
async function printStart(model: StaticModel, json: Uint8Array): Promise<void> {
  const text = "How fast is one question of a dozen words when it comes alone?";
  await model.useThreads(1);
  const one = await median(async () => {
    for (let i = 0; i < 1000; i++) await model.encode([text]);
  });
  console.log(`\nOne text, warm: ${one.toFixed(1)} microseconds (load ${load()})`);
  const parsed = await median(async () => (await loadTokenizer(json, "tokenizer.json")).dispose());
  const folder = await Deno.makeTempDir();
  try {
    await model.save(folder);
    const loaded = await median(async () => {
      using again = await StaticModel.load(folder);
      await again.encode([text]);
    });
    const script = `import { StaticModel } from ${
      JSON.stringify(new URL("../model/mod.ts", import.meta.url).href)
    };
      const model = await StaticModel.load(${JSON.stringify(folder)});
      console.log((await model.encode([${JSON.stringify(text)}])).data[0]);`;
    await Deno.writeTextFile(join(folder, "first.ts"), script);
    const started = await median(async () => {
      await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", join(folder, "first.ts")] })
        .output();
    });
    console.log(
      `Tokenizer: ${parsed.toFixed(0)} ms; a folder of 125 MB to its first vector: ${
        loaded.toFixed(0)
      } ms; ` +
        `the same from the start of a process: ${started.toFixed(0)} ms`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The multilingual tokenizer on 112 languages, against the Hugging Face tokenizers library in WASM. */
async function printLanguages(mirror: string): Promise<void> {
  const file = join(mirror, "models", MULTILINGUAL, "tokenizer.json");
  const json = await Deno.readFile(file);
  const set = { name: "", source: "parallel-sentences-tatoeba", columns: ["non_english"], reference: 0 };
  const { texts } = await readSet(set, mirror);
  const fast = await loadTokenizer(json, file);
  const library = await loadTokenizer(json, file, { kernels: false });
  const rate = async (tokenizer: Tokenizer, some: readonly string[], passes: number): Promise<number> => {
    let tokens = 0;
    const milliseconds = await median(() => void (tokens = tokenizer.encodeAll(some).ids.length), passes);
    return 1000 * tokens / milliseconds;
  };
  const cold = await rate(fast, texts, 0);
  const warm = await rate(fast, texts, PASSES);
  const slow = await rate(library, texts.filter((_, i) => i % 30 === 0), 1);
  console.log(
    `\nTatoeba, 112 languages: ${(cold / 1e6).toFixed(1)} M tokens/s at first, ${
      (warm / 1e6).toFixed(1)
    } then; ` +
      `the library ${(slow / 1e6).toFixed(2)}: ${(cold / slow).toFixed(0)} and ${
        (warm / slow).toFixed(0)
      } times (load ${load()})`,
  );
  fast.dispose();
  library.dispose();
}

/** Bytes a second that the kernels read when every row of a table is needed once, in order or not. */
async function gatherRate(rows: number, threads: number, inOrder: boolean): Promise<number> {
  const memory = new KernelMemory();
  using kernels = await TextKernels.start({ memory, threads });
  const table = memory.float32(rows * DIM).fill(1).byteOffset;
  const [ids, offsets] = [memory.int32(rows), memory.int32(Math.ceil(rows / 12) + 1)];
  const order = Uint32Array.from(ids, (_, i) => Math.imul(i + 1, 2654435761)).entries();
  const sorted = inOrder ? [...order] : [...order].sort(([, a], [, b]) => a - b);
  ids.set(sorted.map(([i]) => i));
  offsets.forEach((_, i) => offsets[i] = Math.min(rows, 12 * i));
  const texts = offsets.length - 1;
  const out = memory.float32(texts * DIM).byteOffset;
  const places = { ids: ids.byteOffset, offsets: offsets.byteOffset, out };
  const shape = { kind: "float32", stride: DIM, columns: DIM, normalize: false } as const;
  const milliseconds = await median(() => {
    kernels.finish(kernels.beginEncode({ ...places, ...shape, table, texts, grain: 8 }));
  });
  return 1000 * rows * ROW_BYTES / milliseconds;
}

function randomTable(rows: number): Float32Array {
  const table = new KernelMemory().float32(rows * DIM);
  for (let i = 0; i < table.length; i++) table[i] = (Math.imul(i, 2654435761) >>> 8) / 2 ** 23 - 1;
  return table;
}

async function readSet(
  { name, source, columns, reference }: typeof SETS[number],
  mirror: string,
): Promise<TextSet> {
  const isFile = source.endsWith(".jsonl");
  const spec = isFile ? join(mirror, "datasets/lathe-data", source) : `hf://datasets/lathe-data/${source}`;
  const resolved = await resolveSource(spec, { hub: new Hub({ mirror }) });
  const texts: string[] = [];
  for await (const rows of readRows(resolved, { columns })) {
    for (const row of rows) texts.push(columns.map((column) => row[column]).join(" ").trim());
  }
  return { name, texts, reference };
}

/** Milliseconds of a pass. */
interface Timing {
  /** The median. */
  milliseconds: number;
  /** The least: what is possible when nobody else uses the machine. */
  best: number;
}

/** Times some passes, after one that does not count; that one alone if none is wanted. */
async function timed(work: () => unknown, passes: number = PASSES): Promise<Timing> {
  const times: number[] = [];
  for (let pass = 0; pass <= passes; pass++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  const counted = passes === 0 ? times : times.slice(1).sort((a, b) => a - b);
  return { milliseconds: counted[counted.length >> 1], best: counted[0] };
}

async function median(work: () => unknown, passes?: number): Promise<number> {
  return (await timed(work, passes)).milliseconds;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB/s`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en").padStart(9);
}

function load(): string {
  return Deno.loadavg()[0].toFixed(1);
}

if (import.meta.main) await main(Deno.args);
