import assert from "node:assert/strict";
import { type ByteSource, readLines, type ReadLinesOptions } from "./_lines.ts";

/** A source that gives these chunks, one a read. */
function sourceOf(chunks: readonly (string | Uint8Array)[]): ByteSource {
  const waiting = chunks.map((chunk) => typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  return {
    read(buffer) {
      const chunk = waiting.shift();
      if (chunk !== undefined) buffer.set(chunk);
      return Promise.resolve(chunk?.length ?? null);
    },
  };
}

async function linesOf(
  chunks: readonly (string | Uint8Array)[],
  options: Partial<ReadLinesOptions> = {},
): Promise<string[][]> {
  const blocks = await Array.fromAsync(readLines(sourceOf(chunks), { name: "test", ...options }));
  return blocks.map(({ lines }) => lines);
}

Deno.test("readLines hands on the lines of every chunk at once and joins what a chunk cuts", async () => {
  assert.deepEqual(await linesOf(["a\nb", "c\n", "d", "e", "\nf"]), [["a"], ["bc"], ["de"], ["f"]]);
});

Deno.test("readLines joins a letter whose bytes lie in two chunks", async () => {
  assert.deepEqual(await linesOf([Uint8Array.of(0xc3), Uint8Array.of(0xa9, 0x0a)]), [["é"]]);
});

Deno.test("readLines keeps empty lines and NUL, and takes a byte order mark from the first line only", async () => {
  assert.deepEqual(await linesOf(["\ufeffa\n\n\ufeffb\r\n"]), [["a", "", "\ufeffb"]]);
  assert.deepEqual(await linesOf(["a\0b\n\0\n"]), [["a\0b", "\0"]]);
  assert.deepEqual(await linesOf(["\ufeffa\n"], { isWhole: false }), [["\ufeffa"]]);
  assert.deepEqual(await linesOf([""]), []);
});

Deno.test("readLines numbers the lines across chunks", async () => {
  const blocks = await Array.fromAsync(readLines(sourceOf(["a\nb\nc", "\n", "d"]), { name: "test" }));
  assert.deepEqual(blocks.map(({ first }) => first), [1, 3, 4]);
});

Deno.test("readLines names the line that is not UTF-8, or too long", async () => {
  const wrong = Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0xff, 0x0a, 0x63, 0x0a);
  await assert.rejects(
    linesOf(["x\n", wrong]),
    /^SyntaxError: Cannot read test: line 4 is not UTF-8; convert the text to UTF-8$/,
  );
  await assert.rejects(linesOf(["x\nab", "cd", "ef"], { longest: 5 }), {
    name: "RangeError",
    message: "Cannot read test: line 2 is longer than 5 bytes; give one text a line",
  });
});

Deno.test("readLines names what cannot be read", async () => {
  const broken: ByteSource = { read: () => Promise.reject(new Error("gone")) };
  await assert.rejects(
    Array.fromAsync(readLines(broken, { name: "standard input" })),
    /^RangeError: Cannot read standard input: gone; give text that can be read$/,
  );
});
