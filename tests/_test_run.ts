/** A small recipe on generated files, and processes that train it. */
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { MAIN, TEST_CACHE } from "../cli/_test_process.ts";
import { Random } from "../data/mod.ts";

/** Rows of each of the two data sets. */
const ROWS = 1000;

/** Files that make the model; the same recipe gives the same bytes. */
export const MODEL_FILES: readonly string[] = [
  "model.safetensors",
  "tokenizer.json",
  "config.json",
  "modules.json",
];

/** Pairs whose texts share rare words, so that there is something to learn. */
function drawPairs(seed: number): { asked: string; found: string }[] {
  const random = new Random(seed);
  const words = Array.from(
    { length: 600 },
    () =>
      Array.from({ length: 3 }, () => "bcdfglmnprst"[random.below(12)] + "aeiou"[random.below(5)]).join(""),
  );
  const draw = (): string => words[random.below(words.length)];
  return Array.from({ length: ROWS }, () => {
    const [first, second, third] = [draw(), draw(), draw()];
    return { asked: `${first} ${second} ${third}`, found: `${draw()} ${third} ${first} ${draw()}` };
  });
}

/** The recipe as one writes it; tests change what they are about. */
export function smallRecipe(training: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "small",
    seed: 7,
    tokenizer: { build: "wordPiece", vocabSize: 1000 },
    model: { dim: 32 },
    datasets: {
      lines: { source: "pairs.jsonl", columns: ["asked", "found"], heldOut: 100 },
      table: { source: "pairs.parquet", columns: ["asked", "found"] },
    },
    loss: { kind: "matryoshka", loss: { kind: "multipleNegativesRanking" }, dims: [16, 32] },
    training: { learningRate: 0.1, batchSize: 64, logSteps: 1, ...training },
    evaluation: [{ kind: "heldOutRetrieval" }],
  };
}

/**
 * Runs a test in a temporary folder that holds `small.json` and its two data files.
 *
 * @param use Takes the folder.
 */
export async function withSmallRecipe(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const lines = drawPairs(1).map((pair) => JSON.stringify(pair)).join("\n");
    await Deno.writeTextFile(join(folder, "pairs.jsonl"), lines);
    const pairs = drawPairs(2);
    const columnData = (["asked", "found"] as const).map((name) => ({
      name,
      data: pairs.map((pair) => pair[name]),
    }));
    await Deno.writeFile(join(folder, "pairs.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
    await writeRecipe(folder, smallRecipe());
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Replaces `small.json`. */
export async function writeRecipe(folder: string, recipe: Record<string, unknown>): Promise<void> {
  await Deno.writeTextFile(join(folder, "small.json"), JSON.stringify(recipe));
}

/** Names of what a folder holds, sorted; none if it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The model's files as one text, to be compared. */
export async function modelBytes(folder: string): Promise<Record<string, string>> {
  const entries = MODEL_FILES.map(async (
    name,
  ) => [name, (await Deno.readFile(join(folder, name))).toBase64()]);
  return Object.fromEntries(await Promise.all(entries));
}

/** The records of `metrics.jsonl`. */
export async function metricsOf(folder: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(join(folder, "metrics.jsonl"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** How a training ended that was sent a signal. */
export interface Ended {
  /** Exit status. */
  code: number;
  /** The signal that ended it, if one did. */
  signal: string | null;
  /** Standard error. */
  error: string;
}

/**
 * Trains in a process of its own and sends it a signal at the first moment at which `isTime` says so.
 *
 * @param argv What stands after `train`.
 * @param options `cwd`: the current folder; `signal`; `isTime`: asked again and again without a pause.
 */
export async function trainUntil(
  argv: readonly string[],
  { cwd, signal, isTime }: { cwd: string; signal: Deno.Signal; isTime: () => boolean },
): Promise<Ended> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--no-check", MAIN, "train", ...argv],
    stdout: "null",
    stderr: "piped",
    stdin: "null",
    env: { LATHE_CACHE: TEST_CACHE },
    cwd,
  }).spawn();
  const ended = child.output();
  let running = true;
  ended.finally(() => running = false);
  while (running && !isTime()) await new Promise((resolve) => setTimeout(resolve, 0));
  if (running) child.kill(signal);
  const { code, signal: endedBy, stderr } = await ended;
  return { code, signal: endedBy, error: new TextDecoder().decode(stderr) };
}
