/** How long `encode` takes to its first vector, with a table of the seed model's size. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { withModel } from "../cli/_test_model.ts";
import { MAIN } from "../cli/_test_process.ts";

const TOKENS = 30_522;
const DIM = 1024;
/** Milliseconds. */
const LONGEST_START = 400;
/** Starts, of which the fastest counts: others tell how busy the machine is. */
const STARTS = 5;
/** On a busy machine everything starts late: so many times `--version`, which takes 70 ms on an idle one, may it take. */
const TIMES_VERSION = 6;

/** Makes a model as large as the seed's: as many tokens, and a table of zeros, which the disk need not hold. */
async function enlarge(model: string): Promise<void> {
  const path = join(model, "tokenizer.json");
  const json = JSON.parse(await Deno.readTextFile(path));
  const words = ["[UNK]", ...Array.from({ length: TOKENS - 1 }, (_, i) => `word${i.toString(36)}`)];
  json.normalizer = { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true };
  json.pre_tokenizer = { type: "BertPreTokenizer" };
  json.model.vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  await Deno.writeTextFile(path, JSON.stringify(json));
  const bytes = 4 * TOKENS * DIM;
  const header = JSON.stringify({
    embeddings: { dtype: "F32", shape: [TOKENS, DIM], data_offsets: [0, bytes] },
  });
  const table = join(model, "model.safetensors");
  const length = new BigUint64Array([BigInt(header.length)]);
  await Deno.writeFile(
    table,
    Uint8Array.of(...new Uint8Array(length.buffer), ...new TextEncoder().encode(header)),
  );
  await Deno.truncate(table, length.byteLength + header.length + bytes);
}

/** Milliseconds from the start of the process to its first line. */
async function startTime(model: string): Promise<number> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "encode", model],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("worda wordb\n"));
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const milliseconds = performance.now() - started;
  await writer.close();
  while (!(await reader.read()).done);
  assert.equal((await child.status).code, 0);
  assert.match(new TextDecoder().decode(value), /^\{"text":"worda wordb","embedding":\[0\.0,/);
  return milliseconds;
}

/** Milliseconds that the command line takes to tell its version. */
async function versionTime(): Promise<number> {
  const started = performance.now();
  await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", MAIN, "--version"] }).output();
  return performance.now() - started;
}

Deno.test("encode gives its first vector within 0.4 s of its start, with a table of 125 MB", async () => {
  await withModel(async (_folder, model) => {
    await enlarge(model);
    const times: number[] = [];
    let longest = LONGEST_START;
    while (times.length < STARTS && !times.some((each) => each < longest)) {
      longest = Math.max(longest, TIMES_VERSION * await versionTime());
      times.push(await startTime(model));
    }
    assert.ok(Math.min(...times) < longest, `${times.map(Math.round).join(", ")} ms`);
  });
});
