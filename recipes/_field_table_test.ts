import assert from "node:assert/strict";
import { fieldTable } from "./_field_table.ts";

/** The formatter pads the cells of a table; the words are what counts. */
function words(markdown: string): string {
  return markdown.replace(/-{3,}/g, "---").replace(/ +/g, " ").trim();
}

Deno.test("docs/recipe.md holds the schema's own table of fields", async () => {
  const page = await Deno.readTextFile(new URL("../docs/recipe.md", import.meta.url));
  const table = page.split("\n").filter((line) => line.startsWith("|")).join("\n");
  assert.equal(
    words(table),
    words(fieldTable()),
    "write the output of recipes/_field_table.ts into docs/recipe.md",
  );
});
