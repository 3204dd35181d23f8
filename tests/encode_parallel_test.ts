/** `encode` in many processes at once, as a filter and as parts of files. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { withModel } from "../cli/_test_model.ts";
import { MAIN } from "../cli/_test_process.ts";

const PARALLEL = "/usr/bin/parallel";
const HAS_PARALLEL = existsSync(PARALLEL);
if (!HAS_PARALLEL) console.log(`tests with GNU parallel are skipped: there is no ${PARALLEL}`);

const WORDS = ["cat", "dog", "bird", "cow"];
const LINES = Array.from({ length: 5000 }, (_, i) => `${WORDS[i % 4]} ${WORDS[i % 3]} ${i}`);

/** Runs GNU parallel in a folder; its commands find the command line as `$LATHE`. */
async function parallel(folder: string, args: readonly string[], input: string): Promise<string> {
  await Deno.writeTextFile(join(folder, "input"), input);
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", `exec ${PARALLEL} "$@" < input`, "sh", ...args],
    env: { LATHE: `${Deno.execPath()} run -A --no-check ${MAIN}`, HOME: folder, NO_COLOR: "1" },
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function encoded(folder: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "encode", "model", ...args],
    cwd: folder,
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

Deno.test("encode as a filter of GNU parallel gives what one process gives, in the same order", {
  ignore: !HAS_PARALLEL,
}, async () => {
  await withModel(async (folder) => {
    const text = LINES.join("\n") + "\n";
    const command = "$LATHE encode model --threads 1";
    const out = await parallel(
      folder,
      ["--pipe", "--keep-order", "--block", "30k", "-j", "2", command],
      text,
    );
    await encoded(folder, "input", "-o", "whole.jsonl");
    assert.equal(out, await Deno.readTextFile(join(folder, "whole.jsonl")));
  });
});

Deno.test("encode --shard in a job array of GNU parallel: the parts make the whole", {
  ignore: !HAS_PARALLEL,
}, async () => {
  await withModel(async (folder) => {
    const half = LINES.length / 2;
    await Deno.writeTextFile(join(folder, "a.txt"), LINES.slice(0, half).join("\n") + "\n");
    await Deno.writeTextFile(join(folder, "b.txt"), LINES.slice(half).join("\n"));
    const command = "$LATHE encode model [ab].txt --shard {}/3 --threads 1 -o part-{}.jsonl";
    await parallel(folder, ["-j", "2", command], "1\n2\n3\n");
    const parts = await Promise.all([1, 2, 3].map((i) => Deno.readTextFile(join(folder, `part-${i}.jsonl`))));
    await encoded(folder, "a.txt", "b.txt", "-o", "whole.jsonl");
    assert.equal(parts.join(""), await Deno.readTextFile(join(folder, "whole.jsonl")));
    assert.ok(parts.every((part) => part.length > 0));
  });
});
