/**
 * Mining negatives: all questions of MedQuAD against all of its answers beside the bare matrix products that exact search
 * cannot do without, and the memory of a million documents.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench mining            # 256 dimensions
 * LATHE_HUB_MIRROR=../shared/hub deno task bench mining 1024       # another number
 * deno task bench mining million                                   # a million documents of 256 dimensions
 * ```
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { fillNormal, Random } from "../data/mod.ts";
import { gemm, Graph, serializeGraph } from "../graph/mod.ts";
import { Hub } from "../hub/mod.ts";
import {
  type Anchor,
  checkChoice,
  chooseNegatives,
  datasetPairs,
  EncoderSearcher,
  mineNegatives,
} from "../mining/mod.ts";
import { type Encoder, type Matrix, StaticModel } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { median } from "./_median.ts";
import { peakMebibytes } from "./_peak_memory.ts";

const ROUNDS = 7;
/** The shapes that the searcher uses. */
const ANCHORS = 1024;
const DOCUMENTS = 4096;
const MILLION = 1_000_000;

/** Prints one line a measurement. */
export async function main([what = "256"]: readonly string[]): Promise<void> {
  await (what === "million" ? million() : medquad(Number(what)));
}

async function medquad(dim: number): Promise<void> {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub";
  const questions: string[] = [];
  const places = new Map<string, number>();
  const positives: number[] = [];
  for await (
    const pairs of datasetPairs("medquad", { source: "hf://datasets/lathe-data/medquad" }, {
      hub: new Hub({ mirror }),
    })
  ) {
    for (const { anchor, positive } of pairs) {
      questions.push(anchor);
      if (!places.has(positive)) places.set(positive, places.size);
      positives.push(places.get(positive)!);
    }
  }
  const model = await randomModel(`${mirror}/models/google-bert/bert-base-uncased/tokenizer.json`, dim);
  const answers = [...places.keys()];
  const [a, b] = [await model.encode(questions), await model.encode(answers)];
  const anchors = questions.map((text, i): Anchor => ({
    text,
    positives: [positives[i]],
    excluded: [positives[i]],
  }));
  using runtime = Runtime.open();
  const searcher = new EncoderSearcher({ encoder: inTurn(b), anchorEncoder: inTurn(a, true), runtime });
  for (let start = 0; start < answers.length; start += DOCUMENTS) {
    await searcher.add(answers.slice(start, start + DOCUMENTS));
  }
  const bare: Time[] = [];
  const plain: Time[] = [];
  const margins: Time[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timed(() => bareProducts(a, b, runtime)));
    plain.push(await timed(() => mine(searcher, anchors, {})));
    margins.push(await timed(() => mine(searcher, anchors, { relativeMargin: 0.05 })));
  }
  console.log(
    `${questions.length} questions, ${answers.length} answers, ${dim} dimensions, ${ROUNDS} rounds`,
  );
  console.log(
    `${"medians, and their ratios to the bare products".padEnd(48)}    time           processor time`,
  );
  const line = (name: string, times: readonly Time[]): void => {
    const cells = (["seconds", "processorSeconds"] as const).map((which) => {
      const [value, least] = [times, bare].map((some) => median(some.map((time) => time[which])));
      return `${value.toFixed(2).padStart(8)} s ${(value / least).toFixed(2).padStart(6)}`;
    });
    console.log(name.padEnd(44) + cells.join("   "));
  };
  line("the bare products", bare);
  line("mining the 3 best of each", plain);
  line("mining 3 of the 30 best, relative margin", margins);
  searcher.dispose();
  model.dispose();
}

async function mine(
  searcher: EncoderSearcher,
  anchors: readonly Anchor[],
  options: { relativeMargin?: number },
): Promise<void> {
  const choice = checkChoice(options, 1);
  const random = new Random(1);
  let negatives = 0;
  for (let start = 0; start < anchors.length; start += searcher.anchorsAtOnce) {
    const some = anchors.slice(start, start + searcher.anchorsAtOnce);
    for (const { positives, ...candidates } of await searcher.search(some, choice.rangeMax)) {
      negatives += chooseNegatives(candidates, positives, { choice, random }).documents.length;
    }
  }
  if (negatives === 0) throw new Error("nothing was mined");
}

/** The same products in the same blocks, and nothing else. */
async function bareProducts(a: Matrix, b: Matrix, runtime: Runtime): Promise<void> {
  const graph = new Graph("products");
  const left = graph.input("left", "float32", ["anchors", a.columns]);
  graph.output(
    "scores",
    gemm(left, graph.input("right", "float32", ["documents", a.columns]), { transposeB: true }),
  );
  using session = runtime.createSession(serializeGraph(graph), { name: "products" });
  const buffer = new Float32Array(ANCHORS * DOCUMENTS);
  for (const left of blocksOf(a, ANCHORS)) {
    for (const right of blocksOf(b, DOCUMENTS)) {
      const size = left.rows * right.rows;
      using l = runtime.tensor(left.data, [left.rows, left.columns]);
      using r = runtime.tensor(right.data, [right.rows, right.columns]);
      using scores = runtime.tensor(buffer.subarray(0, size), [left.rows, right.rows]);
      await session.run({ left: l, right: r }, { into: { scores } });
    }
  }
}

function* blocksOf({ data, rows, columns }: Matrix, size: number): Generator<Matrix> {
  for (let start = 0; start < rows; start += size) {
    const end = Math.min(rows, start + size);
    yield { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
  }
}

/** Gives the rows of a matrix one after the other, as often as asked for. */
function inTurn({ data, rows, columns }: Matrix, again = false): Encoder {
  let next = 0;
  return (texts) => {
    if (again && next === rows) next = 0;
    const start = next;
    next += texts.length;
    return Promise.resolve({
      data: data.subarray(start * columns, next * columns),
      rows: texts.length,
      columns,
    });
  };
}

async function randomModel(path: string, dim: number): Promise<StaticModel> {
  const tokenizer = await loadTokenizer(await Deno.readFile(path), path);
  const table = new Float32Array(tokenizer.vocabSize * dim);
  fillNormal(table, new Random(1));
  return StaticModel.create({ table, dim, tokenizer });
}

/** Mines for 2,048 anchors among a million documents whose vectors are generated, in a process that does nothing else. */
async function million(): Promise<void> {
  using runtime = Runtime.open();
  const encoder: Encoder = (texts) => {
    const data = new Float32Array(texts.length * 256);
    fillNormal(data, new Random(texts.length).fork(texts[0]));
    return Promise.resolve({ data, rows: texts.length, columns: 256 });
  };
  const searcher = new EncoderSearcher({ encoder, runtime });
  const scratch = await Deno.makeTempDir();
  async function* pairs(): AsyncGenerator<{ anchor: string; positive: string }[]> {
    yield Array.from({ length: 2048 }, (_, i) => ({ anchor: `question ${i}`, positive: document(i) }));
  }
  async function* corpus(): AsyncGenerator<string[]> {
    for (let start = 2048; start < MILLION; start += 10_000) {
      yield Array.from({ length: Math.min(10_000, MILLION - start) }, (_, i) => document(start + i));
    }
  }
  const start = performance.now();
  let reading = 0;
  const report = await mineNegatives({ pairs: pairs(), corpus: corpus() }, {
    searcher,
    relativeMargin: 0.05,
    seed: 1,
    scratch: `${scratch}/texts`,
    onMined: () => {},
    onProgress: ({ stage }) => stage === "documents" ? reading = performance.now() - start : undefined,
  });
  const seconds = (performance.now() - start - reading) / 1000;
  await Deno.remove(scratch, { recursive: true });
  console.log(
    `${report.documents.toLocaleString("en-US")} documents of 256 dimensions, ${report.anchors} anchors: ` +
      `${(reading / 1000).toFixed(1)} s to take the documents in, ${seconds.toFixed(1)} s to search, ` +
      `at most ${await peakMebibytes()} MiB resident`,
  );
  searcher.dispose();
}

/** A text of some 600 characters. */
function document(number: number): string {
  return `document ${number} `.repeat(36);
}

/** How long something took, and how much of all processors' time. */
interface Time {
  seconds: number;
  processorSeconds: number;
}

async function timed(work: () => Promise<void>): Promise<Time> {
  const start = performance.now();
  const before = cpuUsage();
  await work();
  const { user, system } = cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 };
}

if (import.meta.main) await main(Deno.args);
