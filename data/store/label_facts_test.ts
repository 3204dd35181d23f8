import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { LabelSurvey } from "./label_facts.ts";

function surveyOf(labels: readonly number[]): LabelSurvey {
  const survey = new LabelSurvey();
  labels.forEach((label, row) => survey.see(label, row));
  return survey;
}

Deno.test("LabelSurvey keeps the smallest, the largest, and the first of each kind with their rows", () => {
  strictEqual(new LabelSurvey().facts, undefined);
  const binary = { min: { value: 0, row: 1 }, max: { value: 1, row: 0 } };
  deepStrictEqual(surveyOf([1, 0, 1, 0]).facts, binary);
  deepStrictEqual(surveyOf([1, 0, 2, 0.5, -3, 0.25]).facts, {
    min: { value: -3, row: 4 },
    max: { value: 2, row: 2 },
    fraction: { value: 0.5, row: 3 },
    other: { value: 2, row: 2 },
  });
});

Deno.test("LabelSurvey.join() knows of two parts what it would know of the whole", () => {
  const labels = [1, 0, 1, 0.5, 2, -1, 0.25, 7];
  for (let cut = 1; cut < labels.length; cut++) {
    const whole = surveyOf(labels.slice(0, cut));
    whole.join(surveyOf(labels.slice(cut)).facts!, cut);
    deepStrictEqual(whole.facts, surveyOf(labels).facts);
  }
});
