import type { Matrix, TokenBags } from "../model/mod.ts";

/** Which vectors are wanted, and where they go. */
export interface PoolingOptions {
  /** Columns to keep, the first ones. */
  truncate: number;
  /** Whether vectors get length 1, after truncation. */
  normalize: boolean;
  /** float32 [texts, truncate]: receives the vectors; row i belongs to text i. */
  out: Float32Array;
}

/** What the server asks of a model: `StaticModel` is one, and so is any engine that is faster. */
export interface TextModel {
  /** Numbers of a full vector. */
  readonly dim: number;
  /** Token ids from 0 to this, exclusive. */
  readonly vocabSize: number;
  /** Turns texts into token ids. */
  readonly tokenizer: { encodeAll(texts: readonly string[]): TokenBags };
  /** Turns token ids into vectors. */
  pool(bags: TokenBags, options: PoolingOptions): Matrix;
  /** Frees what the model holds. */
  dispose(): void;
}
