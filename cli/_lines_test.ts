import assert from "node:assert/strict";
import { readLines } from "./_lines.ts";

async function linesOf(...chunks: string[]): Promise<string[][]> {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const blocks: string[][] = [];
  for await (const lines of readLines(ReadableStream.from(bytes), "test")) {
    blocks.push(lines.map(({ text }) => text));
  }
  return blocks;
}

Deno.test("readLines hands on the lines of every chunk at once and joins what a chunk cuts", async () => {
  assert.deepEqual(await linesOf("a\nb", "c\n", "d", "e", "\nf"), [["a"], ["bc"], ["de"], ["f"]]);
});

Deno.test("readLines joins a letter whose bytes lie in two chunks", async () => {
  const [head, tail] = [new Uint8Array([0xc3]), new Uint8Array([0xa9, 0x0a])];
  const lines = [];
  for await (const block of readLines(ReadableStream.from([head, tail]), "test")) lines.push(...block);
  assert.deepEqual(lines, [{ number: 1, text: "é" }]);
});

Deno.test("readLines keeps empty lines, and takes a byte order mark from the first only", async () => {
  assert.deepEqual(await linesOf("\ufeffa\n\n\ufeffb\r\n"), [["a", "", "\ufeffb"]]);
  assert.deepEqual(await linesOf(""), []);
});

Deno.test("readLines names what cannot be read", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("gone")),
  });
  await assert.rejects(
    Array.fromAsync(readLines(broken, "standard input")),
    /^RangeError: Cannot read standard input: gone; give text that can be read$/,
  );
});
