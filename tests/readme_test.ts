/** The README's examples, run: its recipe, and what follows a training. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe } from "../cli/_test_process.ts";
import { loadRecipe, recipeJson } from "../recipes/mod.ts";
import { withSmallRecipe } from "./_test_run.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const README = Deno.readTextFileSync(join(ROOT, "README.md"));

/** The arguments of the README's line for a command, without comment. */
function exampleOf(command: string): string[] {
  const line = README.match(new RegExp(`^deno task ${command}\\b([^#>\\n]*)`, "m"));
  assert.ok(line, `the README has no example of ${command}`);
  return [command, ...line[1].trim().split(/\s+/).filter((word) => word !== "")];
}

Deno.test("the README's recipe is a recipe, and the same as JSON", async () => {
  const [, code] = README.match(/```ts\n(import \{ defineRecipe[\s\S]*?)```/)!;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "questions.ts"), code);
    assert.deepEqual(exampleOf("recipe"), ["recipe", "questions.ts"]);
    const { code: status, out, error } = await lathe(exampleOf("recipe"), { cwd: folder });
    assert.deepEqual([status, error], [0, ""]);
    await Deno.writeTextFile(join(folder, "questions.json"), out);
    assert.equal(recipeJson(await loadRecipe(join(folder, "questions.json"))), out);
    assert.equal(JSON.parse(out).model.dim, 256);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the README's eval and encode run on what was trained last", async () => {
  await withSmallRecipe(async (cwd) => {
    const trained = await lathe(["train", "small.json"], { cwd });
    assert.equal(trained.code, 0, trained.error);
    const [command, option, sizes] = exampleOf("eval");
    assert.deepEqual([command, option, sizes], ["eval", "--truncate", "32,64,128,256"]);
    const table = await lathe([command, option, "8,16,32"], { cwd });
    assert.match(table.out, /^runs\/small, 32 dimensions\n\ncollection +score +8 +16 +32 +BM25/);
    const refused = await lathe([command, option, sizes], { cwd });
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.error, /^Cannot score 64 dimensions: the model has 32; truncate to 32 or less/);
    await Deno.writeTextFile(join(cwd, "texts.txt"), "a text\nanother\n");
    const example = exampleOf("encode").map((word) => word === "64" ? "16" : word);
    const encode = example.map((word) => word === "runs/questions" ? "runs/small" : word);
    assert.deepEqual(encode.slice(0, 3), ["encode", "runs/small", "texts.txt"]);
    const encoded = await lathe(encode, { cwd });
    assert.equal(encoded.code, 0, encoded.error);
    const { size } = await Deno.stat(join(cwd, "vectors.npy"));
    assert.equal(size, 128 + 2 * 16 * 4);
  });
});

Deno.test("the README's doctor finds the CPU fit", async () => {
  const { code, out } = await lathe([...exampleOf("doctor"), "--device", "cpu"]);
  assert.equal(code, 0);
  assert.match(out, /cpu/);
});
