/** The teacher in the mirror and its distillations, against the reference's numbers. */
import assert from "node:assert/strict";
import { distill, distilledModel, Teacher, type VocabularyTeacher } from "../distill/mod.ts";
import { Hub } from "../hub/mod.ts";
import { type Matrix, similarity } from "../model/mod.ts";

interface Golden {
  kept_tokens: number;
  texts: string[];
  settings: {
    pooling: "mean" | "first" | "last";
    pca: number | null;
    sif_coefficient: number | null;
    dimensions?: number;
    explained_variance_ratio_first5?: number[];
    row_norms_first10: number[];
    text_similarities: number[][];
  }[];
  teacher_text_vectors: { vectors: number[][] };
}

const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? new URL("../../shared/hub", import.meta.url).pathname;
const golden = readGolden();

function readGolden(): Golden | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(`${mirror}/../golden/distill.json`));
  } catch {
    console.log(`skipped: no golden numbers beside a mirror of the hub at ${mirror}; set LATHE_HUB_MIRROR`);
    return undefined;
  }
}

async function withTeacher(use: (teacher: Teacher) => Promise<void>): Promise<void> {
  const teacher = await Teacher.load("hf://models/lathe-data/tiny-teacher", { hub: new Hub({ mirror }) });
  await use(teacher).finally(() => teacher.dispose());
}

/** The same teacher, asked only once for each pooling. */
function remembering(teacher: Teacher): VocabularyTeacher {
  const { name, tokenizer, runtime } = teacher;
  const answers = new Map<string, Promise<Matrix>>();
  return {
    name,
    tokenizer,
    runtime,
    embed(bags, options) {
      const asked = `${options?.pooling} ${bags.offsets.length}`;
      const answer = answers.get(asked) ?? teacher.embed(bags, options);
      answers.set(asked, answer);
      return answer;
    },
  };
}

function largestDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  assert.equal(actual.length, expected.length);
  return expected.reduce((largest, value, i) => Math.max(largest, Math.abs(actual[i] - value)), 0);
}

Deno.test({
  name: "a teacher gives the vectors of Sentence Transformers",
  ignore: golden === undefined,
  fn: () =>
    withTeacher(async (teacher) => {
      const { data } = await teacher.encode(golden!.texts);
      // The issue asks for 1e-4; the numbers are written with six digits.
      assert.ok(largestDifference(data, golden!.teacher_text_vectors.vectors.flat()) < 2e-6);
    }),
});

Deno.test({
  name: "distillations of the teacher have the reference's text similarities at every setting",
  ignore: golden === undefined,
  fn: () =>
    withTeacher(async (teacher) => {
      const asked = remembering(teacher);
      for (const setting of golden!.settings) {
        const what = `${setting.pooling}, PCA ${setting.pca}, SIF ${setting.sif_coefficient}`;
        const { pooling, pca, sif_coefficient: sifCoefficient } = setting;
        const result = await distill(asked, { pooling, pca, sifCoefficient });
        assert.equal(result.report.tokens.kept, golden!.kept_tokens);
        assert.equal(result.parts.dim, setting.dimensions ?? teacher.dim);
        const model = await distilledModel(result);
        const vectors = await model.encode(golden!.texts);
        const { data } = similarity(vectors, vectors, "cosine");
        model.dispose();
        // The issue asks for 1e-3; eigenvectors of a float32 product differ by up to 6e-5.
        const difference = largestDifference(data, setting.text_similarities.flat());
        assert.ok(difference < 2e-4, `${what}: ${difference}`);
        const { weights, table, dim } = result.parts;
        const lengths = setting.row_norms_first10.map((_, row) => {
          return Math.hypot(...table.subarray(row * dim, (row + 1) * dim)) * (weights?.[row] ?? 1);
        });
        const relative = lengths.map((length, row) => length / setting.row_norms_first10[row]);
        assert.ok(largestDifference(relative, relative.map(() => 1)) < 1e-3, what);
        const shares = result.report.explainedVariance ?? [];
        for (const [i, share] of (setting.explained_variance_ratio_first5 ?? []).entries()) {
          assert.ok(Math.abs(shares[i] / share - 1) < 1e-4, what);
        }
      }
    }),
});
