import { UniqueTexts } from "../data/mod.ts";

/** Some texts, and how many of all there are they and those before them are. */
export interface TextPortion {
  /** The texts; repeated ones are left out. */
  texts: readonly string[];
  /** Share of the source that has been read with them, 0 to 1; undefined if that is not known. */
  share?: number;
}

/** Different texts, as many at a time as a shard has. */
export async function* gatherTexts(
  texts: AsyncIterable<TextPortion>,
  { take, shardTexts }: { take: number; shardTexts: number },
): AsyncGenerator<{ texts: string[]; share: number | undefined }> {
  const unique = new UniqueTexts();
  let some: string[] = [];
  let left = take;
  let share: number | undefined;
  for await (const portion of texts) {
    share = portion.share;
    for (const text of portion.texts) {
      if (left === 0) break;
      if (!unique.isNew(text)) continue;
      left--;
      if (some.push(text) < shardTexts) continue;
      yield { texts: some, share };
      some = [];
    }
    if (left === 0) break;
  }
  if (some.length > 0) yield { texts: some, share: left === 0 ? share : 1 };
}

/** How many texts there will be, about, by the share that has been read. */
export function totalOf(texts: number, share: number | undefined, take: number): number | undefined {
  if (share === undefined || share === 0) return Number.isFinite(take) ? take : undefined;
  return Math.min(take, Math.round(texts / share));
}
