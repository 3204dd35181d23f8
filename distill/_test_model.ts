import type { ModelParts } from "../model/mod.ts";
import { testTokenizer, TOKENS } from "./_test_teacher.ts";

/** For tests: a model with the test teacher's vocabulary and two dimensions; row i is (i, factor). */
export function testModel(factor: number, more: Partial<ModelParts> = {}): ModelParts {
  return {
    table: Float32Array.from(TOKENS.flatMap((_, id) => [id, factor])),
    rows: TOKENS.length,
    dim: 2,
    tokenizerJson: JSON.stringify(testTokenizer()),
    normalize: false,
    dropUnknown: false,
    ...more,
  };
}
