import assert from "node:assert/strict";
import { join } from "node:path";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { loadRecipe } from "./load_recipe.ts";
import { resolveRecipe } from "./resolve.ts";

async function withFile(name: string, text: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, name);
  try {
    await Deno.writeTextFile(path, text);
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("loadRecipe reads the same recipe from TypeScript and from JSON", async () => {
  const json = JSON.stringify(minimalRecipe());
  const expected = resolveRecipe(minimalRecipe());
  await withFile("a.json", json, async (path) => assert.deepEqual(await loadRecipe(path), expected));
  const source = `const recipe: { name: string } = ${json};\nexport default recipe;\n`;
  await withFile("a.ts", source, async (path) => assert.deepEqual(await loadRecipe(path), expected));
});

Deno.test("loadRecipe knows the shipped recipes by name and applies overrides", async () => {
  const recipe = await loadRecipe("quickstart", ["training.epochs=2"]);
  assert.deepEqual([recipe.name, recipe.training.epochs], ["quickstart", 2]);
});

Deno.test("loadRecipe says what is wrong with a file", async () => {
  await assert.rejects(
    loadRecipe("missing.ts"),
    /^RangeError: Cannot read recipe missing\.ts: there is no such file/,
  );
  await assert.rejects(loadRecipe("quikstart"), /there is no such file; did you mean quickstart\?/);
  await withFile(
    "a.yaml",
    "",
    (path) => assert.rejects(loadRecipe(path), /it is no \.ts, \.js or \.json file/),
  );
  await withFile("a.ts", "export const x = 1;", (path) => {
    return assert.rejects(loadRecipe(path), /it has no default export; write export default defineRecipe/);
  });
  await withFile("a.ts", "export default {", (path) => {
    return assert.rejects(loadRecipe(path), {
      name: "SyntaxError",
      message: /^Cannot read recipe .*; correct the file$/,
    });
  });
});

Deno.test("loadRecipe names line and column of malformed JSON", async () => {
  await withFile("a.json", '{\n  "name": x\n}', (path) => {
    return assert.rejects(loadRecipe(path), /"x" is unexpected at line 2, column 11; correct the JSON/);
  });
  await withFile("a.json", '{\n  "name": "x"', (path) => {
    return assert.rejects(loadRecipe(path), /the text ends too early at line 2, column 14; correct the JSON/);
  });
});
