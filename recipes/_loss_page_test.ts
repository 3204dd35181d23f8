import assert from "node:assert/strict";
import { lossPage } from "./_loss_page.ts";

/** The formatter breaks lines and pads the cells of a table; the words are what counts. */
function words(markdown: string): string {
  return markdown.replace(/-{3,}/g, "---").replace(/\s+/g, " ").trim();
}

Deno.test("docs/losses.md is what the code says", async () => {
  const page = await Deno.readTextFile(new URL("../docs/losses.md", import.meta.url));
  assert.equal(
    words(page),
    words(await lossPage()),
    "write the output of recipes/_loss_page.ts into docs/losses.md",
  );
});

Deno.test("the page gives every loss a purpose, a formula, columns and a reference", async () => {
  const sections = (await lossPage()).split(/^## /m).slice(2);
  assert.equal(sections.length, 23);
  for (const section of sections) {
    assert.match(section, /^\w+\n\n`\w+`: [a-zA-Z]/);
    assert.match(section, /```text\n\S[^`]+\n```/);
    assert.match(section, /\*\*Columns\*\*: /);
    assert.match(section, /\*\*Reference\*\*: /);
  }
});
