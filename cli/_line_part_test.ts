import assert from "node:assert/strict";
import { linePart } from "./_line_part.ts";
import { readLines } from "./_lines.ts";

Deno.test("linePart: of ranges that touch, every line is in exactly one, wherever they are cut", async () => {
  const path = await Deno.makeTempFile();
  try {
    for (const text of ["one\n\ntwö\nthree", "a\n", "\n\n\n", "no end", ""]) {
      await Deno.writeTextFile(path, text);
      using file = await Deno.open(path);
      const size = new TextEncoder().encode(text).length;
      const all = await linesIn(file, 0, size);
      for (let cut = 0; cut <= size; cut++) {
        assert.deepEqual([...await linesIn(file, 0, cut), ...await linesIn(file, cut, size)], all);
      }
    }
  } finally {
    await Deno.remove(path);
  }
});

async function linesIn(file: Deno.FsFile, start: number, end: number): Promise<string[]> {
  const blocks = await Array.fromAsync(readLines(await linePart(file, { start, end }), { name: "test" }));
  return blocks.flatMap(({ lines }) => lines);
}
