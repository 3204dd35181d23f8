import assert from "node:assert/strict";
import { join } from "node:path";
import { checkOneTeacher, readRows, resolveSource, type Row } from "../data/mod.ts";
import { type Matrix, rowOf } from "../model/mod.ts";
import type { TextPortion } from "./_gather_texts.ts";
import { DIM, type TestTeacherOptions, withTestTeacher } from "./_test_teacher.ts";
import { fitPca, project } from "./pca.ts";
import { loadProjection, saveProjection } from "./projection.ts";
import { teach, type TeachOptions, type TeachReport } from "./teach.ts";
import { Teacher } from "./teacher.ts";
import { describeTeacher } from "./teacher_header.ts";

const TEXTS = ["cat", "bird cats", "cat", "dog", "cats dog bird", "bird", "dog", "dogs"];
const UNIQUE = ["cat", "bird cats", "dog", "cats dog bird", "bird", "dogs"];

/** A float16 number has 11 binary digits: the nearest is at most half a last digit away. */
const HALF = 2 ** -11;

async function* portions(texts: readonly string[] = TEXTS): AsyncGenerator<TextPortion> {
  for (let i = 0; i < texts.length; i += 3) {
    yield { texts: texts.slice(i, i + 3), share: Math.min(1, (i + 3) / texts.length) };
  }
}

async function rowsIn(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const source = await resolveSource(join(folder, "*.parquet"));
  for await (const some of readRows(source)) rows.push(...some);
  return rows;
}

/** Runs with a teacher and a folder beside its files. */
async function withTeacher(
  use: (parts: { teacher: Teacher; folder: string; run: Run }) => Promise<void>,
  options: TestTeacherOptions = {},
): Promise<void> {
  await withTestTeacher(async (path) => {
    const teacher = await Teacher.load(path);
    const folder = join(path, "vectors");
    const run: Run = (more = {}, texts) =>
      teach(teacher, portions(texts), { folder, shardTexts: 2, windowTexts: 1, ...more });
    try {
      await use({ teacher, folder, run });
    } finally {
      teacher.dispose();
    }
  }, options);
}

type Run = (more?: Partial<TeachOptions>, texts?: readonly string[]) => Promise<TeachReport>;

function assertRows(rows: readonly Row[], texts: readonly string[], vectors: Matrix): void {
  assert.deepEqual(rows.map(({ text }) => text), texts);
  rows.forEach(({ vector }, i) => {
    const expected = rowOf(vectors, i);
    [...vector as Iterable<number>].forEach((value, k) =>
      assert.ok(Math.abs(value - expected[k]) <= HALF * Math.abs(expected[k]), `row ${i}: ${value}`)
    );
  });
}

Deno.test("teach() writes every different text once, in order, with the teacher's vector", async () => {
  await withTeacher(async ({ teacher, folder, run }) => {
    const progress: [number, number, number | undefined][] = [];
    const report = await run({ onProgress: ({ texts, kept, total }) => progress.push([texts, kept, total]) });
    assert.deepEqual([report.texts, report.kept, report.shards], [6, 0, 3]);
    assertRows(await rowsIn(folder), UNIQUE, await teacher.encode(UNIQUE));
    assert.deepEqual(progress.at(-1), [6, 0, 6]);
    const header = await checkOneTeacher(await resolveSource(join(folder, "*.parquet")));
    assert.deepEqual(header, report.header);
    assert.deepEqual([header?.dimension, header?.pooling, header?.maxLength], [DIM, ["mean"], 6]);
    const manifest = JSON.parse(await Deno.readTextFile(join(folder, "teach.json")));
    assert.deepEqual(manifest.result, { texts: 6, shards: 3, checksum: report.checksum });
    assert.deepEqual([...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".partial")), []);
  });
});

Deno.test("teach() goes on with the shards that are missing, and gives the same bytes", async () => {
  await withTeacher(async ({ folder, run }) => {
    await run();
    const bytes = async (shard: number): Promise<string> =>
      (await Deno.readFile(join(folder, `shard-0000${shard}.parquet`))).toBase64();
    const before = [await bytes(0), await bytes(1), await bytes(2)];
    await Deno.remove(join(folder, "shard-00001.parquet"));
    const report = await run();
    assert.deepEqual([report.texts, report.kept, report.shards], [6, 4, 3]);
    assert.deepEqual([await bytes(0), await bytes(1), await bytes(2)], before);
  });
});

Deno.test("teach() keeps whole shards when it is stopped; more texts later fill the last one up", async () => {
  await withTeacher(async ({ teacher, folder, run }) => {
    const controller = new AbortController();
    const stopped = run({
      signal: controller.signal,
      onProgress: ({ texts }) => texts === 3 && controller.abort(new Error("Stopped")),
    });
    await assert.rejects(stopped, /Stopped/);
    const there = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(there, ["shard-00000.parquet", "teach.json"]);
    assert.deepEqual(await run({ take: 3 }).then(({ texts, kept }) => [texts, kept]), [3, 2]);
    assert.deepEqual(await run().then(({ texts, kept }) => [texts, kept]), [6, 2]);
    assertRows(await rowsIn(folder), UNIQUE, await teacher.encode(UNIQUE));
  });
});

Deno.test("teach() asks by prompt and pooling, without special tokens, and with shorter vectors", async () => {
  await withTeacher(async ({ teacher, folder, run }) => {
    const asked = { prompt: "query", pooling: "max", specialTokens: false } as const;
    const header = await describeTeacher(teacher, asked);
    assert.deepEqual([header.prompt, header.pooling, header.specialTokens], ["bird ", ["max"], false]);
    const vectors = await teacher.encode(UNIQUE, asked);
    assert.notDeepEqual(vectors, await teacher.encode(UNIQUE, { prompt: "query", pooling: "max" }));
    const axes = await fitPca(vectors, { keep: 2, runtime: teacher.runtime });
    await Deno.mkdir(folder);
    await saveProjection(folder, axes, header);
    const projection = await loadProjection(folder, header);
    assert.deepEqual(projection?.mean, axes.mean);
    assert.deepEqual(projection?.explained, axes.explained);
    const report = await run({ ...asked, projection });
    assert.deepEqual([report.header.dimension, report.header.projection], [2, projection!.checksum]);
    assertRows(await rowsIn(folder), UNIQUE, await project(vectors, axes, teacher.runtime));
    await assert.rejects(loadProjection(folder, await describeTeacher(teacher)), /\(pooling \["max"\] and/);
    assert.equal(await loadProjection(join(folder, "none"), header), undefined);
  });
});

Deno.test("teach() refuses another teacher's shards, other texts, other shards, and what it did not write", async () => {
  await withTeacher(async ({ folder, run }) => {
    await run();
    await assert.rejects(run({ pooling: "first" }), /^RangeError: .* together: .*\(pooling \["mean"\] and/);
    await assert.rejects(run({ shardTexts: 3 }), /its shards have 2 texts and not 3; keep that number/);
    await assert.rejects(
      run({}, ["dog", "cat"]),
      /the texts of shard 0 are others now than when it was written/,
    );
    await assert.rejects(run({}, ["cat"]), /the texts of shard 0 are others now/);
    await Deno.writeTextFile(join(folder, "shard-00001.parquet"), "cut short");
    await assert.rejects(run(), /^SyntaxError: .*shard-00001\.parquet: it is not a whole Parquet file/);
    await Deno.remove(join(folder, "teach.json"));
    await assert.rejects(run(), /it holds shard-0000\d\.parquet and no teach\.json; name an empty folder/);
    await assert.rejects(
      run({ folder: `${folder}-2` }, []),
      /there is no text; name columns that hold texts/,
    );
  });
});

Deno.test("teach() names the text whose vector is not finite, and leaves no half shard", async () => {
  await withTeacher(async ({ folder, run }) => {
    await assert.rejects(run(), /its vector of the text "dog" holds a number that is not finite/);
    const there = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(there, ["shard-00000.parquet", "teach.json"]);
  }, { broken: "dog" });
});

Deno.test("describeTeacher() refuses to pool what the graph has pooled", async () => {
  await withTeacher(async ({ teacher }) => {
    assert.deepEqual((await describeTeacher(teacher)).pooling, []);
    await assert.rejects(
      describeTeacher(teacher, { specialTokens: false }),
      /its output sentence_embedding is one vector a text already; leave pooling/,
    );
  }, { pooled: true, output: "sentence_embedding" });
});
