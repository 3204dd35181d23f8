import type { CardRecords } from "./card_records.ts";

/** The hub's OWNER/NAME of the transformer that the table was distilled from, or began with. */
export function baseModel(records: CardRecords): string | undefined {
  const init = records.recipe?.model?.init as { distill?: unknown } | null | undefined;
  const teacher = records.distill?.teacher ?? init?.distill;
  if (typeof teacher !== "string") return undefined;
  return /^hf:\/\/models\/([\w.-]+\/[\w.-]+)/.exec(teacher)?.[1];
}

/** What made the model, in a sentence; of a teacher on somebody's machine nothing is told. */
export function originSentence(records: CardRecords): string {
  if (records.distill === undefined) return "Trained with Lathe.";
  const teacher = baseModel(records);
  return teacher === undefined
    ? "Distilled with Lathe, without training."
    : `Distilled from ${teacher} with Lathe, without training.`;
}
