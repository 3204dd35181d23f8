import type { Matrix, TokenBags } from "../model/mod.ts";

/** What the server asks of a model: `StaticModel` is one, and so is any engine that encodes faster. */
export interface TextModel {
  /** Numbers of a full vector. */
  readonly dim: number;
  /** Token ids from 0 to this, exclusive. */
  readonly vocabSize: number;
  /** Whether {@link pool} gives vectors of length 1. */
  readonly normalize: boolean;
  /** Turns texts into token ids. */
  readonly tokenizer: { encodeAll(texts: readonly string[]): TokenBags };
  /** Turns texts into vectors of `truncate` numbers; row i belongs to text i. */
  encode(texts: readonly string[], options: { truncate: number; normalize: boolean }): Promise<Matrix>;
  /** Turns token ids into full vectors. */
  pool(bags: TokenBags): Matrix;
  /** Frees what the model holds. */
  dispose(): void;
}
