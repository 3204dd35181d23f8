import assert from "node:assert/strict";
import { join } from "node:path";
import { saveModel } from "../model/mod.ts";
import { testModel } from "./_test_model.ts";
import { withTestTeacher } from "./_test_teacher.ts";
import { distill } from "./distill.ts";
import { Teacher } from "./teacher.ts";
import { loadVocabularyTeacher } from "./vocabulary_teacher.ts";

Deno.test("loadVocabularyTeacher() takes transformers, and static models row by row", async () => {
  await withTestTeacher(async (folder) => {
    const transformer = await loadVocabularyTeacher(folder);
    assert.ok(transformer instanceof Teacher);
    transformer.dispose();
    const saved = join(folder, "static");
    const parts = testModel(0.5);
    await saveModel(saved, { ...parts, normalize: true });
    const teacher = await loadVocabularyTeacher(saved);
    const ids = Int32Array.of(0, 1, 1, 2);
    const rows = await teacher.embed({ ids, offsets: Int32Array.of(0, 1, 2, 4) });
    const at = (row: number): number[] => [...parts.table.subarray(row * parts.dim, (row + 1) * parts.dim)];
    const mean = at(1).map((value, i) => Math.fround(value / 2 + at(2)[i] / 2));
    assert.deepEqual([...rows.data], [...at(0), ...at(1), ...mean]);
    const { report } = await distill(teacher, { pca: "auto", sifCoefficient: null });
    assert.deepEqual([report.teacher, report.tokens.kept], [saved, parts.rows - 1]);
    teacher.dispose();
  });
});
