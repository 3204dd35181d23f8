import type { TokenBags } from "../text/mod.ts";
import type { RowBags } from "./_pool.ts";

/** How token ids become rows of the table. */
export interface RowRules {
  /** int32 [vocab]: row of every token id; without it the id is the row. */
  mapping?: Int32Array;
  /** float64 [vocab]: factor of every token's row. */
  weights?: Float64Array;
  /** Token id that is left out. */
  dropped?: number;
}

/** Turns token ids into table rows; where ids are rows and nothing is left out, nothing is copied. */
export function rowBags(bags: TokenBags, rules: RowRules): RowBags {
  const kept = rules.dropped === undefined ? bags : withoutToken(bags, rules.dropped);
  const { mapping, weights } = rules;
  return {
    offsets: kept.offsets,
    rows: mapping === undefined ? kept.ids : kept.ids.map((id) => mapping[id]),
    ...(weights === undefined ? {} : { weights: Float64Array.from(kept.ids, (id) => weights[id]) }),
  };
}

function withoutToken(bags: TokenBags, dropped: number): TokenBags {
  const ids = new Int32Array(bags.ids.length);
  const offsets = new Int32Array(bags.offsets.length);
  let end = 0;
  for (let text = 0; text + 1 < offsets.length; text++) {
    for (let i = bags.offsets[text]; i < bags.offsets[text + 1]; i++) {
      if (bags.ids[i] !== dropped) ids[end++] = bags.ids[i];
    }
    offsets[text + 1] = end;
  }
  return { ids: ids.subarray(0, end), offsets };
}
