import { exp, logSumExp, mul, reduceMean, reduceSum, sub, type Value } from "../../graph/mod.ts";
import { labelMatrix } from "./_label_column.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";
import { type DistillationSimilarity, documentSimilarities } from "./margin_mse.ts";

/**
 * DistillKLDiv: the student's distribution over the documents of a query must be the teacher's.
 *
 * Formula: L = S^2 / n sum_i sum_k P_ik (log P_ik - log Q_ik), P_i = softmax(teacher scores / T), Q_i =
 * softmax(sim(q_i, d_ik) / S) over the positive and the negatives, S the student's and T the teacher's temperature.
 *
 * Columns: (query, positive, negative_1 .. negative_n) with the teacher's score of each document as labels.
 *
 * Reference: Lin et al. 2021, "In-Batch Negatives for Knowledge Distillation with Tightly-Coupled Teachers for Dense
 * Retrieval"; Hinton et al. 2015, "Distilling the Knowledge in a Neural Network". `DistillKLDivLoss` of Sentence
 * Transformers.
 */
export interface DistillKlDivSpec {
  /** Which loss. */
  kind: "distillKlDiv";
  /** How similarity is measured. */
  similarity: DistillationSimilarity;
  /** What the student's scores are divided by, above 0. */
  studentTemperature: number;
  /** What the teacher's scores are divided by, above 0. */
  teacherTemperature: number;
}

/** Columns that DistillKLDiv needs. */
export const DISTILL_KL_DIV_NEEDS: LossRequirements = {
  minColumns: 3,
  maxColumns: Infinity,
  labels: true,
  labelKind: "scores",
  columns: "(query, positive, negative, ...) and the teacher's score of each document as labels",
};

/** Appends {@link DistillKlDivSpec}'s formula. */
export function distillKlDivLoss(spec: DistillKlDivSpec, inputs: LossInputs): Value {
  const scores = documentSimilarities(inputs.columns, spec.similarity);
  const student = logProbabilities(mul(scores, 1 / spec.studentTemperature));
  const teacher = logProbabilities(mul(labelMatrix(inputs), 1 / spec.teacherTemperature));
  const divergence = reduceSum(mul(exp(teacher), sub(teacher, student)), [1]);
  return mul(reduceMean(divergence), spec.studentTemperature ** 2);
}

/** Logarithm of the softmax over the last axis; WebGPU has no LogSoftmax. */
function logProbabilities(logits: Value): Value {
  return sub(logits, logSumExp(logits));
}
