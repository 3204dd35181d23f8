/**
 * Preparing data: token ids a second on the English data sets of the hub mirror and on generated pairs, where the time
 * goes on one thread, and, for millions of generated pairs, the whole on all threads with the largest resident memory.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench prepare   # where the time goes
 * LATHE_HUB_MIRROR=../shared/hub deno task bench prepare 5 # five million pairs
 * ```
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  assignColumns,
  openTokenStore,
  prepareDataset,
  readColumnNames,
  readRows,
  resolveSource,
} from "../data/mod.ts";
import { RowFilter } from "../data/row_filter.ts";
import { ShardEncoder } from "../data/store/_encode_shard.ts";
import { ShardRows } from "../data/store/_shard_rows.ts";
import { writeWhole } from "../data/store/_write_whole.ts";
import { Hub } from "../hub/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";

/** Rows that are tokenized at once. */
const SLICE = 1024;
/** Pairs of the generated file whose parts are timed. */
const SMALL = 100_000;
const MILLION = 1_000_000;

const SETS = [
  { source: "wordnet", config: "definitions" },
  { source: "wordnet", config: "examples" },
  { source: "medquad" },
  { source: "squad-sentences" },
  { source: "tldr" },
];

/** Prints one line a data set, or prepares so many million pairs. */
export async function main(args: readonly string[]): Promise<void> {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub";
  const file = join(mirror, "models/google-bert/bert-base-uncased/tokenizer.json");
  const tokenizer = await loadTokenizer(await Deno.readFile(file), file);
  const folder = await Deno.makeTempDir();
  try {
    if (args.length > 0) await prepareMillions(Number(args[0]), folder, tokenizer);
    else await timeParts(mirror, folder, tokenizer);
  } finally {
    await Deno.remove(folder, { recursive: true });
    tokenizer.dispose();
  }
}

async function timeParts(mirror: string, folder: string, tokenizer: Tokenizer): Promise<void> {
  console.log("milliseconds on one thread, second of two passes");
  console.log(row("data set", ["M tokens", "read", "check", "tokens", "write", "M tokens/s"]));
  const hub = new Hub({ mirror });
  for (const { source, config } of SETS) {
    await timeSource(`hf://datasets/lathe-data/${source}`, { config, hub, folder, tokenizer });
  }
  await generate(folder, SMALL / MILLION);
  await timeSource(join(folder, "pairs-*.parquet"), { hub, folder, tokenizer });
}

async function timeSource(
  spec: string,
  { config, hub, folder, tokenizer }: { config?: string; hub: Hub; folder: string; tokenizer: Tokenizer },
): Promise<void> {
  const source = await resolveSource(spec, { config, hub });
  const roles = assignColumns(await readColumnNames(source, { hub }));
  const rows = new ShardRows({ columns: roles.texts.length, labelWidth: 0, idBytes: 2 });
  const encoder = new ShardEncoder();
  const filter = new RowFilter(roles, 0);
  let times = { read: 0, check: 0, tokens: 0, write: 0 };
  for (let pass = 0; pass < 2; pass++) {
    times = { read: 0, check: 0, tokens: 0, write: 0 };
    rows.clear();
    let start = performance.now();
    const lap = (part: keyof typeof times): void => {
      const now = performance.now();
      times[part] += now - start;
      start = now;
    };
    for await (const batch of readRows(source, { columns: roles.texts, hub })) {
      lap("read");
      for (let at = 0; at < batch.length; at += SLICE) {
        const checked = filter.check(batch.slice(at, at + SLICE));
        lap("check");
        const bags = checked.texts.map((texts) => tokenizer.encodeAll(texts));
        lap("tokens");
        rows.append({ ...checked, bags });
        lap("write");
      }
    }
    lap("read");
    const bytes = encoder.encode(rows, { unit: 0, part: 0, start: 0, end: rows.read, last: true });
    writeWhole(join(folder, "shard"), bytes);
    lap("write");
  }
  const all = Object.values(times).reduce((sum, time) => sum + time, 0);
  const figures = [rows.tokens / MILLION, ...Object.values(times), rows.tokens / all / 1000];
  const name = spec.startsWith("hf:") ? spec.slice("hf://datasets/lathe-data/".length) : "generated";
  console.log(
    row(name + (config ? ` ${config}` : ""), figures.map((figure, i) => figure.toFixed(i % 5 === 0 ? 2 : 0))),
  );
}

async function prepareMillions(millions: number, folder: string, tokenizer: Tokenizer): Promise<void> {
  console.log(`generating ${millions} million pairs`);
  await generate(folder, millions);
  const threads = navigator.hardwareConcurrency;
  const processor = process.cpuUsage();
  const start = performance.now();
  let tokens = 0;
  const data = await prepareDataset({ source: join(folder, "pairs-*.parquet"), heldOut: 10_000 }, {
    name: "pairs",
    tokenizer,
    seed: 12,
    cacheFolder: join(folder, "cache"),
    threads,
    onProgress: (progress) => tokens = progress.tokens,
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const pairs = millions * MILLION;
  console.log(
    `prepared in ${seconds.toFixed(1)} s by ${threads} threads: ${
      Math.round(pairs / seconds)
    } pairs a second; ` +
      `${(tokens / (user + system)).toFixed(2)} million tokens a second of processor time`,
  );
  await tellMemoryAndDisk(data.store.folder, pairs);
  const reading = performance.now();
  const store = openTokenStore(data.store);
  let rows = 0;
  for (let group = 0; group < store.groupRows.length; group++) {
    rows += store.readGroups(group, group + 1).rowCount;
  }
  store.close();
  console.log(
    `read group by group: ${(rows / (performance.now() - reading) / 1000).toFixed(2)} million pairs a second`,
  );
  await tellMemoryAndDisk(data.store.folder, pairs);
}

async function tellMemoryAndDisk(store: string, pairs: number): Promise<void> {
  let bytes = 0;
  for await (const { name } of Deno.readDir(store)) bytes += (await Deno.stat(join(store, name))).size;
  const status = await Deno.readTextFile("/proc/self/status");
  const peak = Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024);
  console.log(
    `at most ${peak} MiB resident; ${(bytes / 1e9).toFixed(2)} GB on the disk, ${
      Math.round(bytes / pairs)
    } bytes a pair`,
  );
}

/** Writes pairs in a process of its own, whose memory does not count. */
async function generate(folder: string, millions: number): Promise<void> {
  const script = fileURLToPath(new URL("./_generate_pairs.ts", import.meta.url));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, folder, String(millions)],
  }).spawn().status;
  if (!success) throw new Error("Cannot generate pairs: the process ended early; see above");
}

function row(name: string, figures: readonly string[]): string {
  return name.padEnd(24) + figures.map((figure) => figure.padStart(11)).join("");
}

if (import.meta.main) await main(Deno.args);
