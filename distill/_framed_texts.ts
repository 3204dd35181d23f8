import type { TokenBags } from "../text/mod.ts";
import type { SpecialTokens } from "./_special_tokens.ts";

/** Texts with their special tokens. */
export interface FramedTexts {
  /** Token ids of every text. */
  ids: readonly Int32Array[];
  /** `token_type_ids` of every text. */
  types: readonly Int32Array[];
  /** Tokens of every text. */
  lengths: Int32Array;
  /** Special tokens before every text. */
  prefixLength: number;
  /** Special tokens behind every text. */
  suffixLength: number;
}

/** Cuts texts to a length and puts special tokens around them. */
export function frameTexts(
  { ids, offsets }: TokenBags,
  { special, maxLength }: { special: SpecialTokens; maxLength: number },
): FramedTexts {
  const { prefix, suffix, types } = special;
  const room = Math.max(0, maxLength - prefix.length - suffix.length);
  const framed: Int32Array[] = [];
  const framedTypes: Int32Array[] = [];
  for (let text = 0; text + 1 < offsets.length; text++) {
    const kept = ids.subarray(offsets[text], Math.min(offsets[text + 1], offsets[text] + room));
    framed.push(Int32Array.of(...prefix, ...kept, ...suffix));
    const ofText = new Int32Array(prefix.length + kept.length + suffix.length).fill(types.text);
    ofText.set(types.prefix);
    ofText.set(types.suffix, prefix.length + kept.length);
    framedTypes.push(ofText);
  }
  return {
    ids: framed,
    types: framedTypes,
    lengths: Int32Array.from(framed, (text) => text.length),
    prefixLength: prefix.length,
    suffixLength: suffix.length,
  };
}
