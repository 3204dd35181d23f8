import assert from "node:assert/strict";
import { TextStore } from "./_text_store.ts";

Deno.test("TextStore gives every text back, whether it lies in memory, in the file, or is not written yet", async () => {
  const folder = await Deno.makeTempDir();
  const store = new TextStore(`${folder}/texts`, 1000);
  const textOf = (i: number): string => `${i} ü€𝄞\ufeff`.repeat(i % 50);
  const large = "x".repeat(3_000_000);
  for (let i = 0; i < 30_000; i++) store.add(i === 20_000 ? large : textOf(i));
  assert.equal(store.size, 30_000);
  for (let i = 29_999; i >= 0; i -= 7) assert.equal(store.get(i), i === 20_000 ? large : textOf(i));
  assert.equal(store.get(20_000), large);
  assert.equal(store.get(0), "");
  store.close();
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});
