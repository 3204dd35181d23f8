import type { TokenBags } from "../model/mod.ts";
import { ApiError } from "./api_error.ts";

/** How long a text may be. */
export interface TokenLimit {
  /** Tokens that a text may have. */
  maxTokens: number;
  /** What becomes of a longer text: it is refused, or loses its end (`right`) or its beginning (`left`). */
  whenLonger: "refuse" | "left" | "right";
}

/**
 * Lists of token ids as one.
 *
 * @param lists the ids of some of a request's inputs
 * @param options number of the first one among them, and how many ids there are
 * @throws ApiError when an id is not one of the model's
 */
export function bagsOfIds(
  lists: readonly (readonly number[])[],
  { first, vocabSize }: { first: number; vocabSize: number },
): TokenBags {
  lists.forEach((list, i) => {
    const strange = list.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    if (strange !== undefined) {
      throw new ApiError(
        "invalid",
        `Cannot embed input ${
          first + i
        }: ${strange} is no token id of the model; give whole numbers from 0 to ${vocabSize - 1}`,
        { field: "input" },
      );
    }
  });
  return joinBags(lists);
}

/**
 * The same bags if none has too many tokens; otherwise those are refused or cut.
 *
 * @param bags some of a request's inputs
 * @param options {@link TokenLimit}, and the number of the first input among all
 * @throws ApiError when a text is too long and not to be cut
 */
export function limitTokens(
  bags: TokenBags,
  { maxTokens, whenLonger, first }: TokenLimit & { first: number },
): TokenBags {
  const { ids, offsets } = bags;
  const lengths = Array.from({ length: offsets.length - 1 }, (_, i) => offsets[i + 1] - offsets[i]);
  const longest = lengths.findIndex((length) => length > maxTokens);
  if (longest === -1) return bags;
  if (whenLonger === "refuse") {
    throw new ApiError(
      "textTooLong",
      `Cannot embed input ${first + longest}: it has ${
        lengths[longest]
      } tokens and the limit is ${maxTokens}; ` +
        "split it into shorter texts",
      { field: "input" },
    );
  }
  const kept = lengths.map((length, i) => {
    const count = Math.min(length, maxTokens);
    const start = whenLonger === "right" ? offsets[i] : offsets[i + 1] - count;
    return ids.subarray(start, start + count);
  });
  return joinBags(kept);
}

function joinBags(lists: readonly ArrayLike<number>[]): TokenBags {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => offsets[i + 1] = offsets[i] + list.length);
  const ids = new Int32Array(offsets[lists.length]);
  lists.forEach((list, i) => ids.set(list, offsets[i]));
  return { ids, offsets };
}
