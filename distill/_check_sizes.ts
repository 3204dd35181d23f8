import type { TokenBags } from "../text/mod.ts";
import type { DistillOptions, VocabularyTeacher } from "./distill.ts";
import { checkClusters } from "./k_means.ts";
import { checkKeep } from "./pca.ts";

/**
 * Refuses more rows or dimensions than there will be while only one token has gone through the teacher: all of them may
 * take an hour.
 *
 * @param teacher the teacher
 * @param bags all tokens of the vocabulary
 * @param options what a distillation keeps
 * @throws {RangeError} if it is more than there is
 */
export async function checkSizes(
  teacher: VocabularyTeacher,
  { ids, offsets }: TokenBags,
  { pooling, pca, vocabularyQuantization }: DistillOptions,
): Promise<void> {
  const tokens = offsets.length - 1;
  const clusters = vocabularyQuantization ?? null;
  if (clusters !== null) checkClusters(clusters, tokens);
  if (typeof pca !== "number") return;
  const first = { ids: ids.subarray(0, offsets[1]), offsets: offsets.subarray(0, 2) };
  const { columns } = await teacher.embed(first, { pooling, normalize: false });
  checkKeep(pca, { rows: clusters ?? tokens, columns });
}
