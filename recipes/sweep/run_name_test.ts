import assert from "node:assert/strict";
import { runName } from "./run_name.ts";

Deno.test("runName says what is set, in letters that any file system takes", () => {
  const cases: [string, string][] = [
    ["0.05", "x-0.05"],
    ["-1", "x--1"],
    ["1e-3", "x-1e-3"],
    ["[32, 64]", "x-32.64"],
    ['{"kind":"sparseAdam"}', "x-kind-sparseAdam"],
    ["hf://datasets/a/b", "x-hf-datasets-a-b"],
    ["../up", "x-..-up"],
  ];
  for (const [text, name] of cases) assert.equal(runName([["x", text]]), name);
  assert.equal(runName([["learningRate", "0.1"], ["seed", "12"]]), "learningRate-0.1_seed-12");
});

Deno.test("runName adds a checksum where it is cut or unclear", () => {
  const long = runName([["source", "a".repeat(300)]]);
  assert.match(long, /^source-a{93}_[0-9a-f]{8}$/);
  assert.notEqual(long, runName([["source", "a".repeat(301)]]));
  assert.match(runName([["x", "[1,2]"]], true), /^x-1\.2_[0-9a-f]{8}$/);
});
