import assert from "node:assert/strict";
import { parseGridAxis } from "./grid_axis.ts";

function valuesOf(text: string): string[][] {
  return parseGridAxis(text).texts;
}

Deno.test("parseGridAxis parts values at commas outside of brackets, braces and quotes", () => {
  assert.deepEqual(parseGridAxis("training.learningRate=0.05,0.1, 0.2"), {
    paths: ["training.learningRate"],
    texts: [["0.05"], ["0.1"], ["0.2"]],
  });
  assert.deepEqual(valuesOf("loss.dims=[32,64],[32,64,128]"), [["[32,64]"], ["[32,64,128]"]]);
  assert.deepEqual(
    valuesOf('training.optimizer={"kind":"adamw","betas":[0.9,0.99]},{"kind":"sgd"}').length,
    2,
  );
  assert.deepEqual(valuesOf(String.raw`name="a,b","c\",d"`), [['"a,b"'], [String.raw`"c\",d"`]]);
  assert.deepEqual(valuesOf('source=data/[ab].csv,it"s,x=y'), [["data/[ab].csv"], ['it"s'], ["x=y"]]);
  assert.deepEqual(valuesOf("name=one"), [["one"]]);
});

Deno.test("parseGridAxis lets fields change together", () => {
  assert.deepEqual(parseGridAxis("model.dim&loss.dims=64&[32,64],256&[64,256]"), {
    paths: ["model.dim", "loss.dims"],
    texts: [["64", "[32,64]"], ["256", "[64,256]"]],
  });
  assert.deepEqual(valuesOf("source=a&b"), [["a&b"]]);
});

Deno.test("parseGridAxis refuses what cannot be read", () => {
  const cases: [string, RegExp][] = [
    [
      "training.learningRate",
      /^Cannot read --grid training\.learningRate: it is not of the form PATH=VALUE,VALUE; /,
    ],
    ["=1", /not of the form/],
    ["a..b=1", /not of the form/],
    ["a=1,", /a value is missing; write ""/],
    ["a=", /a value is missing/],
    ["a=[1,2", /a bracket or quote is not closed; close it/],
    ['a="x', /a bracket or quote is not closed/],
    ["a&b=1,2", /1 is not a value for each of a, b; part them by &/],
    ["a=0.1,1e-1", /0\.1.* is there twice; name each once/],
    ["a&a=1&2", /: a is there twice/],
  ];
  for (const [text, message] of cases) assert.throws(() => parseGridAxis(text), { message }, text);
});
