import assert from "node:assert/strict";
import { testModel } from "./_test_service.ts";
import { ServedModel } from "./served_model.ts";
import type { TextModel } from "./text_model.ts";

async function watched(): Promise<{ model: TextModel; freed: () => number }> {
  const model: TextModel = await testModel();
  let freed = 0;
  const dispose = model.dispose.bind(model);
  model.dispose = () => {
    freed++;
    dispose();
  };
  return { model, freed: () => freed };
}

Deno.test("ServedModel frees a replaced model when its last request has ended, and not before", async () => {
  const [first, second] = [await watched(), await watched()];
  const served = new ServedModel(first.model);
  const early = served.lease();
  const late = served.lease();
  served.replace(second.model);
  assert.equal(served.lease().model, second.model);
  early[Symbol.dispose]();
  early[Symbol.dispose](); // twice is once
  assert.equal(first.freed(), 0);
  assert.equal(late.model, first.model);
  late[Symbol.dispose]();
  assert.equal(first.freed(), 1);
  assert.equal(second.freed(), 0);
  second.model.dispose();
});

Deno.test("ServedModel frees an idle model at once when it is replaced or closed", async () => {
  const [first, second] = [await watched(), await watched()];
  const served = new ServedModel(first.model);
  served.replace(second.model);
  assert.equal(first.freed(), 1);
  const lease = served.lease();
  served.close();
  assert.equal(second.freed(), 0);
  lease[Symbol.dispose]();
  assert.equal(second.freed(), 1);
});
