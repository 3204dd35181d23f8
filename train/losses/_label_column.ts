import { unsqueeze, type Value } from "../../graph/mod.ts";
import type { LossInputs } from "./loss.ts";

/** The labels of a batch. @throws {TypeError} if there are none */
export function labelsOf({ labels }: LossInputs): Value {
  if (labels !== undefined) return labels;
  throw new TypeError("Cannot build the loss: the graph has no labels; say how many labels a row has");
}

/** One label a row as a column, float32 [rows, 1]. @throws {TypeError} if there are none, or several a row */
export function labelColumn(inputs: LossInputs): Value {
  const labels = labelsOf(inputs);
  if (labels.shape.length === 1) return unsqueeze(labels, [1]);
  throw new TypeError(`Cannot build the loss: a row has ${labels.shape[1]} labels; give it one`);
}

/** One or more labels a row, float32 [rows, n]. @throws {TypeError} if there are none */
export function labelMatrix(inputs: LossInputs): Value {
  const labels = labelsOf(inputs);
  return labels.shape.length === 1 ? unsqueeze(labels, [1]) : labels;
}
