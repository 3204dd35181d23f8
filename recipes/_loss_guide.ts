import type { TokenBags } from "../text/mod.ts";

/** What guides a loss: it tells which in-batch negatives are false. */
export interface LossGuide {
  /** Dimensions of its vectors. */
  readonly dim: number;
  /** Its vectors of the texts of a batch, float32 [rows, dim] for each column. */
  vectors(columns: readonly TokenBags[]): Float32Array[] | Promise<Float32Array[]>;
  /** Frees it. */
  dispose(): void;
}

/** A guide of another tokenizer. */
export function refuseTokenizer(from: string): RangeError {
  return new RangeError(
    `Cannot guide by ${from}: its tokenizer is another than the recipe's; train a guide with the same tokenizer`,
  );
}
