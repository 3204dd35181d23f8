import { notStrictEqual, strictEqual } from "node:assert/strict";
import { TextsChecksum } from "./texts_checksum.ts";

function checksumOf(...parts: string[][]): string {
  const checksum = new TextsChecksum();
  for (const part of parts) checksum.add(part);
  return checksum.digest();
}

Deno.test("TextsChecksum is that of the texts in their order, whatever the parts", () => {
  strictEqual(checksumOf(["a", "b"], ["c"]), checksumOf(["a"], ["b", "c"]));
  notStrictEqual(checksumOf(["a", "b"]), checksumOf(["b", "a"]));
  notStrictEqual(checksumOf(["ab", ""]), checksumOf(["a", "b"]));
  notStrictEqual(checksumOf([]), checksumOf([""]));
});
