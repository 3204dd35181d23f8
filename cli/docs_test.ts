import assert from "node:assert/strict";
import { COMMANDS } from "./_commands.ts";

/** Long options of a page's table: `--set` of the row "`-s`, `--set PATH=VALUE`". */
function optionsOf(page: string): string[] {
  const rows = page.split("\n").filter((line) => /^\| `-/.test(line));
  return rows.map((row) => /--([a-z0-9-]+)/.exec(row)?.[1] ?? row).sort();
}

for (const [name, load] of Object.entries(COMMANDS)) {
  Deno.test(`docs/commands/${name}.md has every option that ${name} declares, and no other`, async () => {
    const page = await Deno.readTextFile(new URL(`../docs/commands/${name}.md`, import.meta.url));
    const { options } = await load();
    assert.deepEqual(optionsOf(page), [...Object.keys(options), "help"].sort());
  });
}
