import assert from "node:assert/strict";
import { BASE_LOSSES } from "../train/mod.ts";
import { minimalRecipe } from "./_minimal_recipe.ts";
import * as records from "./loss_records.ts";
import { resolveRecipe } from "./resolve.ts";

function refused(loss: object, rest: object = {}): string {
  try {
    resolveRecipe({ ...minimalRecipe(), loss, ...rest }, "small");
  } catch (error) {
    return (error as Error).message.replace("Cannot read recipe small: ", "");
  }
  return "nothing refused";
}

Deno.test("every loss of the training has a helper and defaults that are enough, but for a guide", () => {
  for (const kind of Object.keys(BASE_LOSSES) as (keyof typeof BASE_LOSSES)[]) {
    const make = records[kind] as (options: object) => object;
    const guide = kind.toLowerCase().endsWith("gist") ? { guide: "models/guide" } : {};
    const { loss } = resolveRecipe({ ...minimalRecipe(), loss: make(guide) });
    assert.equal(loss.kind, kind);
    assert.ok(Object.values(loss).every((value) => value !== undefined));
  }
});

Deno.test("the schema refuses options of a loss that contradict each other", () => {
  const kind = "multipleNegativesRanking";
  assert.match(
    refused({ kind, directions: ["docToQuery"] }),
    /^loss\.directions leave out queryToDoc, .*; add it/,
  );
  assert.match(
    refused({ kind, directions: ["queryToDoc", "docToDoc"], partitionMode: "perDirection" }),
    /^loss\.partitionMode is "perDirection" with docToDoc, which does not hold the positive; use "joint"/,
  );
  assert.match(
    refused({ kind, hardnessMode: "allNegatives" }),
    /^loss\.hardnessStrength is 0, .*; set it above 0/,
  );
  assert.match(
    refused({ kind, hardnessStrength: 5 }),
    /^loss\.hardnessStrength is 5 without hardnessMode; name one/,
  );
  assert.match(refused({ kind: "gist" }), /^loss\.guide is missing; add it: The model/);
  assert.match(refused({ kind: "batchHardTriplet", margin: "hard" }), /^loss\.margin .* above 0 or "soft"/);
  assert.match(
    refused({ kind: "globalOrthogonalRegularization", meanWeight: 0, secondMomentWeight: 0 }),
    /^loss\.meanWeight and secondMomentWeight are both 0; set one above 0/,
  );
});

Deno.test("the schema refuses losses inside losses that do not fit", () => {
  const { contrastive, coSent, gist, matryoshka, mse, sum, weighted } = records;
  assert.match(
    refused(matryoshka(coSent(), { dims: [32, 64], dimsPerStep: 3 })),
    /^loss\.dimsPerStep is 3 of 2 sizes; draw at most all of them/,
  );
  assert.match(refused(sum([])), /^loss\.losses is an empty list; name a loss/);
  assert.match(
    refused(sum([matryoshka(coSent(), { dims: [16, 32] })])),
    /^loss has the dims 16, 32 for model\.dim 64; the largest size must be model\.dim/,
  );
  assert.match(
    refused(sum([mse(), weighted(contrastive(), 0.5)])),
    /^loss does not fit together: they need .* together with \(text1, text2\) and 1 or 0 as label, which no data has/,
  );
  assert.match(
    refused(sum([gist({ guide: "a" }), gist({ guide: "b" })])),
    /^loss does not fit together: it names a and b; name one guide/,
  );
  const datasets = { mine: { source: "a.csv", loss: matryoshka(coSent(), { dims: [8] }) } };
  assert.match(
    refused(coSent(), { datasets }),
    /^datasets hold mine, whose loss has the dims 8 for model\.dim 64; the largest size must be model\.dim/,
  );
  assert.match(
    refused(matryoshka(matryoshka(coSent(), { dims: [64] }) as never, { dims: [64] })),
    /^loss\.loss\.kind/,
  );
});
