import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { buildWordPieceTokenizer, loadTokenizer } from "../text/mod.ts";
import { hashesOf, sourceOf } from "./_test_source.ts";
import {
  BatchFeed,
  BatchMemory,
  BatchSequence,
  type BatchSequenceOptions,
  collateBatch,
  type FeedSource,
  openTokenStore,
  prepareDataset,
  TokenPlanner,
  windowSource,
} from "./mod.ts";

const VOCAB = 200;

function windowOf(name: string, rows: number, labels?: Float32Array): FeedSource {
  const texts = Array.from({ length: rows }, (_, row) => row % 10 === 9 ? 0 : row);
  const hashes = [hashesOf(texts), hashesOf(texts.map((text) => text + 1000))];
  return { kind: "window", name, window: sourceOf(hashes, { labels }).readGroups(0, 1) };
}

const SOURCES = [
  windowOf("pairs", 70),
  windowOf("scored", 33, Float32Array.from({ length: 66 }, (_, i) => i / 2)),
];

function sequenceOf(options: Partial<BatchSequenceOptions> = {}): BatchSequence {
  const datasets = SOURCES.map((source) => ({
    rowCount: source.kind === "window" ? source.window.rowCount : 0,
  }));
  return new BatchSequence(datasets, { batchSize: 8, seed: 3, epochs: 2, ...options });
}

/** What a feed is to give, made here. */
function expectedBatches(sequence: BatchSequence, from = 0): unknown[] {
  const sources = SOURCES.flatMap((source) =>
    source.kind === "window" ? [windowSource(source.name, source.window)] : []
  );
  return Array.from(sequence.iterate(sources, from), ({ window, rows, ...batch }) => {
    const { columns, labels } = collateBatch(window, rows);
    return plain({
      ...batch,
      columns,
      labels,
      plan: new TokenPlanner(VOCAB).plan(columns, new BatchMemory()),
    });
  });
}

/** A batch as plain numbers, whatever memory it lies on. */
function plain(batch: object): unknown {
  return JSON.parse(JSON.stringify(batch, (key, value) => {
    if (key === "columns") return undefined; // parts of the plan
    return ArrayBuffer.isView(value) ? [...value as Int32Array] : value;
  }));
}

async function collect(feed: BatchFeed, pause = 0): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    found.push(plain(batch));
  }
  return found;
}

/** Runs a test with a feed, and closes it. */
async function withFeed(
  options: Partial<ConstructorParameters<typeof BatchFeed>[0]>,
  use: (feed: BatchFeed) => Promise<void>,
): Promise<void> {
  const feed = new BatchFeed({ sources: SOURCES, sequence: sequenceOf(), vocab: VOCAB, ...options });
  try {
    await use(feed);
  } finally {
    feed.close();
  }
}

for (const [ahead, pause] of [[1, 0], [4, 0], [4, 3]]) {
  Deno.test(`BatchFeed gives the batches of the sequence in order: ${ahead} ahead, ${pause} ms a batch`, () =>
    withFeed({ ahead }, async (feed) => {
      deepStrictEqual(await collect(feed, pause), expectedBatches(sequenceOf()));
      strictEqual(await feed.next(), undefined);
    }));
}

Deno.test("BatchFeed from a batch on gives those that a feed from the start has there", async () => {
  const all = expectedBatches(sequenceOf());
  for (const from of [1, 13, all.length]) {
    await withFeed({ from }, async (feed) => deepStrictEqual(await collect(feed), all.slice(from)));
  }
});

Deno.test("BatchFeed gives the texts of every column, also of parts and with mixing by weight", () => {
  const sequence = sequenceOf({ memory: 1, mixing: { kind: "weighted", temperature: 3 } });
  return withFeed({ sequence }, async (feed) => {
    for (const { window, rows } of sequence.iterate(SOURCES.map(sourceIn))) {
      const { columns } = (await feed.next())!;
      const expected = collateBatch(window, rows).columns;
      columns.forEach(({ ids, offsets }, c) => {
        for (let row = 0; row < rows.length; row++) {
          deepStrictEqual(
            [...ids.subarray(offsets[row], offsets[row + 1])],
            [...expected[c].ids.subarray(expected[c].offsets[row], expected[c].offsets[row + 1])],
          );
        }
      });
    }
    strictEqual(await feed.next(), undefined);
  });
});

function sourceIn(source: FeedSource): ReturnType<typeof windowSource> {
  if (source.kind === "window") return windowSource(source.name, source.window);
  throw new TypeError("this test has windows only");
}

Deno.test("BatchFeed gives no slot away before the next batch is asked for", () =>
  withFeed({ ahead: 1 }, async (feed) => {
    const first = (await feed.next())!;
    const before = plain(first);
    await new Promise((resolve) => setTimeout(resolve, 50)); // the thread fills all slots that it has
    deepStrictEqual(plain(first), before);
  }));

Deno.test("BatchFeed throws the thread's error after the batches before it, again and again", async () => {
  const sequence = sequenceOf();
  const firsts = [...sequence.iterate(SOURCES.map(sourceIn))].findIndex(({ dataset }) => dataset === 1);
  const [pairs, scored] = structuredClone(SOURCES);
  if (scored.kind === "window") scored.window.columns[1].ids.fill(VOCAB);
  await withFeed({ sources: [pairs, scored], sequence }, async (feed) => {
    for (let i = 0; i < firsts; i++) ok(await feed.next() !== undefined);
    for (let again = 0; again < 2; again++) {
      await rejects(feed.next(), {
        name: "RangeError",
        message: "Cannot pool: token id 200 is outside the table of 200 rows; use the table's own tokenizer",
      });
    }
  });
});

Deno.test("BatchFeed refuses sources of another plan, and a store that is not there", async () => {
  await withFeed({ sources: [...SOURCES].reverse() }, async (feed) => {
    await rejects(feed.next(), {
      name: "RangeError",
      message: /have 33, 70 rows and were planned with 70, 33/,
    });
  });
  const { window, name } = SOURCES[0] as Extract<FeedSource, { kind: "window" }>;
  const { rowCount, columns } = window;
  const spec = {
    name,
    folder: "no-such-folder",
    shards: ["shard-0"],
    columnCount: columns.length,
    labelWidth: 0,
    idBytes: 2 as const,
    rowCount,
    duplicates: "keep" as const,
    heldOut: new Uint32Array(),
    groupRows: new Uint32Array(1024),
    groupBytes: new Float64Array(1024),
    groupRepeats: new Uint32Array(1024),
  };
  await withFeed({ sources: [{ kind: "store", spec }, SOURCES[1]] }, async (feed) => {
    await rejects(feed.next(), { message: /^Cannot read no-such-folder\/shard-0/ });
  });
});

/** Files below a folder that this process has open. */
function openFilesIn(folder: string): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      const path = Deno.readLinkSync(`/proc/self/fd/${name}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

Deno.test("BatchFeed reads a token store, from any batch on, and leaves no file open when it is closed", async () => {
  const folder = await Deno.makeTempDir();
  const texts = Array.from({ length: 400 }, (_, i) => `question ${i % 350},the answer to ${i}`);
  await Deno.writeTextFile(join(folder, "pairs.csv"), ["anchor,positive", ...texts].join("\n"));
  const json = buildWordPieceTokenizer(texts, { vocabSize: 300 });
  const tokenizer = await loadTokenizer(json, "the test's tokenizer");
  try {
    const { rowCount, store } = await prepareDataset({ source: join(folder, "pairs.csv") }, {
      name: "pairs",
      tokenizer,
      seed: 1,
      cacheFolder: join(folder, "cache"),
      threads: 1,
    });
    const sequence = new BatchSequence([{ rowCount }], { batchSize: 16, seed: 5, epochs: 2, memory: 4000 });
    const planner = new TokenPlanner(tokenizer.vocabSize);
    const opened = openTokenStore(store);
    const expected = Array.from(sequence.iterate([opened]), ({ window, rows, ...batch }) => {
      const plan = planner.plan(collateBatch(window, rows).columns, new BatchMemory());
      return plain({ ...batch, plan });
    });
    opened.close();
    const sources: FeedSource[] = [{ kind: "store", spec: store }];
    for (const from of [0, 29]) {
      await withFeed({ sources, sequence, vocab: tokenizer.vocabSize, from }, async (feed) => {
        deepStrictEqual(await collect(feed), expected.slice(from));
        ok(Deno.build.os !== "linux" || openFilesIn(folder).length > 0);
      });
    }
    for (let wait = 0; Deno.build.os === "linux" && openFilesIn(folder).length > 0; wait++) {
      ok(wait < 100, `open a second after the feed was closed: ${openFilesIn(folder)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    tokenizer.dispose();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("BatchFeed.close() ends a wait", async () => {
  const feed = new BatchFeed({ sources: SOURCES, sequence: sequenceOf(), vocab: VOCAB });
  const waiting = feed.next();
  feed.close();
  strictEqual(await waiting, undefined);
  strictEqual(await feed.next(), undefined);
  feed.close();
});
