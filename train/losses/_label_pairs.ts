import {
  and,
  cast,
  diagonalMask,
  equal,
  not,
  replaceDiagonal,
  transpose,
  type Value,
} from "../../graph/mod.ts";
import { labelColumn } from "./_label_column.ts";
import type { PairDistance } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/** Distances between the texts of a labelled batch, and which of them are of one class. */
export interface LabelPairs {
  /** float32 [rows, rows]; 0 on the diagonal, without gradient. */
  distances: Value;
  /** Bool [rows, rows]: of the same class, but not the same text. */
  positives: Value;
  /** Bool [rows, rows]: of different classes. */
  negatives: Value;
}

/** Columns that the losses over classes need. */
export const CLASSES: LossRequirements = {
  minColumns: 1,
  maxColumns: 1,
  labels: true,
  labelKind: "class",
  columns: "(text) and a class (a whole number) as label",
};

/** Appends the distances of all pairs of a batch. */
export function labelPairs(inputs: LossInputs, distance: PairDistance): LabelPairs {
  const [texts] = inputs.columns;
  const distances = replaceDiagonal(texts.distances(texts, distance), 0);
  const labels = labelColumn(inputs);
  const isSame = equal(labels, transpose(labels));
  return {
    distances,
    positives: and(isSame, not(diagonalMask(distances))),
    negatives: not(isSame),
  };
}

/** A mask as 1 and 0, float32. */
export function asNumbers(mask: Value): Value {
  return cast(mask, "float32");
}
