/** Bytes of a float32 and of an int32. */
const WORD = 4;

/** A step, as far as its communication depends on it. */
export interface CommunicationStep {
  /** Processes. */
  processes: number;
  /** Text columns of a row. */
  columns: number;
  /** Text columns that rows compete for: 1 for queryToDoc of pairs; 0 for a loss that each process computes whole. */
  competitors: number;
  /** Dimensions of the embeddings. */
  dim: number;
  /** Batches of the step. @default 1 */
  batches?: number;
  /** Rows of a batch. */
  pairs: number;
  /** Rows of a batch that this process computes. */
  ownPairs: number;
  /** Rows of the table that have a gradient in this process and belong to another, together. */
  foreignRows: number;
  /** Rows of the table that belong to this process and have a gradient anywhere. */
  ownRows: number;
}

/**
 * Bytes that one process gives for others in a training step; `docs/many-machines.md` has the formula.
 *
 * Batches of a step must have the same number of rows, columns and competitors.
 */
export function communicationVolume(step: CommunicationStep): number {
  const { processes, columns, competitors, dim, batches = 1, pairs, ownPairs, foreignRows, ownRows } = step;
  const others = processes - 1;
  const vectors = others * columns * ownPairs * dim * WORD;
  const gradients = competitors * (pairs - ownPairs) * dim * WORD;
  const scalars = others * 3 * WORD; // the batch's digest, and its loss of 8 bytes
  const heads = others * (processes + 1) * WORD + others * WORD;
  const given = foreignRows * (dim + 1) * WORD;
  const sums = others * ownRows * (dim + 3) * WORD; // number, squared length of 8 bytes, and the row
  return batches * (vectors + gradients + scalars) + heads + given + sums;
}
