import assert from "node:assert/strict";
import { join } from "node:path";
import { sourceTexts, type SourceTextsOptions } from "./source_texts.ts";

async function texts(source: string, options?: SourceTextsOptions): Promise<string[]> {
  return (await Array.fromAsync(sourceTexts(source, options))).flat();
}

Deno.test("sourceTexts() reads lines of .txt and the texts of data files", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const lines = join(folder, "lines.txt");
    await Deno.writeTextFile(lines, "one\r\ntw\u00f6\n\nlast");
    assert.deepEqual(await texts(lines), ["one", "tw\u00f6", "", "last"]);
    const rows = join(folder, "rows.jsonl");
    await Deno.writeTextFile(rows, '{"a":"x","b":1,"c":"y"}\n{"a":"z","b":2,"c":"w"}\n');
    assert.deepEqual(await texts(rows), ["x", "y", "z", "w"]);
    assert.deepEqual(await texts(rows, { columns: ["c"], limit: 1 }), ["y"]);
    await assert.rejects(
      texts(join(folder, "none.txt")),
      /^RangeError: Cannot read .*none\.txt: there is no such file/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
