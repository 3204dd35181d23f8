import assert from "node:assert/strict";
import { join } from "node:path";
import { resolveSource } from "./source.ts";
import { checkOneTeacher, checkSameTeacher, TEACHER_KEYS, type TeacherHeader } from "./teacher_header.ts";
import { UniqueTexts } from "./unique_texts.ts";
import { VectorParquetWriter } from "./vector_parquet.ts";

const HEADER: TeacherHeader = {
  teacher: "a teacher",
  checksum: "a".repeat(64),
  output: "last_hidden_state",
  pooling: ["mean"],
  specialTokens: true,
  normalize: true,
  prompt: "",
  maxLength: 256,
  dimension: 2,
  precision: "float16",
  projection: null,
};

async function writeShard(path: string, header: string | undefined): Promise<void> {
  const parts: Uint8Array[] = [];
  const column = { name: "vector", type: "float16", width: 2 } as const;
  const columns = [{ name: "text", type: "STRING" }] as const;
  const writer = VectorParquetWriter.of(columns, (bytes) => void parts.push(bytes.slice()), column);
  writer.writeGroup([["one"]]);
  writer.appendVectors(Float16Array.of(1, 2));
  writer.finish(header === undefined ? {} : { [TEACHER_KEYS.header]: header });
  await Deno.writeFile(path, await new Blob(parts as BlobPart[]).bytes());
}

Deno.test("checkOneTeacher() takes files whose headers agree, wherever the teacher lay, and refuses others", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const check = async (second: string | undefined): Promise<TeacherHeader | undefined> => {
      await writeShard(join(folder, "0.parquet"), JSON.stringify(HEADER));
      await writeShard(join(folder, "1.parquet"), second);
      return await checkOneTeacher(await resolveSource(join(folder, "*.parquet")));
    };
    assert.deepEqual(await check(JSON.stringify({ ...HEADER, teacher: "the same elsewhere" })), HEADER);
    await assert.rejects(
      check(JSON.stringify({ ...HEADER, checksum: "b".repeat(64) })),
      /^RangeError: Cannot use the vectors of .*0\.parquet and .*1\.parquet together: .*\(checksum "aaaaaaaa" and "bbbbbbbb"\)/,
    );
    await assert.rejects(check(JSON.stringify({ ...HEADER, prompt: "query: " })), /prompt "" and "query: "/);
    await assert.rejects(check(undefined), /one has no header/);
    await assert.rejects(
      check("{"),
      /^SyntaxError: Cannot read .*lathe\.teacher is not JSON; write it again/,
    );
    await writeShard(join(folder, "0.parquet"), undefined);
    await writeShard(join(folder, "1.parquet"), undefined);
    assert.equal(await checkOneTeacher(await resolveSource(join(folder, "*.parquet"))), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("checkSameTeacher() names what is compared", () => {
  const shorter = { ...HEADER, projection: "c".repeat(64) };
  assert.throws(
    () => checkSameTeacher({ name: "train", header: HEADER }, { name: "held out", header: shorter }),
    /the vectors of train and held out together: .* \(projection null and "cccccccc"\); keep the vectors/,
  );
});

Deno.test("UniqueTexts tells the first of equal texts", () => {
  const unique = new UniqueTexts();
  assert.deepEqual(["a", "b", "a", "", "b", ""].map((text) => unique.isNew(text)), [
    true,
    true,
    false,
    true,
    false,
    false,
  ]);
});
