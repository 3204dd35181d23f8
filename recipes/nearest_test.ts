import assert from "node:assert/strict";
import { nearest } from "./nearest.ts";

Deno.test("nearest finds the name that was meant, ignoring case", () => {
  assert.equal(nearest("batchsize", ["batchSampler", "batchSize"]), "batchSize");
  assert.equal(nearest("trian", ["eval", "train"]), "train");
});

Deno.test("nearest stays silent where nothing is near", () => {
  assert.equal(nearest("qqqqqq", ["eval", "train"]), undefined);
  assert.equal(nearest("train", []), undefined);
});
