import type { TableColumn } from "../data/mod.ts";
import type { MinedAnchor } from "./mined_anchor.ts";

/** How mined negatives are laid out in rows. */
export type NegativeFormat = "triplet" | "n-tuple" | "n-tuple-scores" | "labelled-pair" | "labelled-list";

/** A layout: its columns, and an anchor's rows. */
export interface NegativeLayout {
  /** Columns in their order. */
  columns(negatives: number): TableColumn[];
  /** Rows of an anchor, each with one value a column. */
  rows(mined: MinedAnchor, negatives: number): unknown[][];
}

const ANCHOR: TableColumn = { name: "anchor", type: "STRING" };
const POSITIVE: TableColumn = { name: "positive", type: "STRING" };

/** One negative a row; as many rows as there are negatives. */
const TRIPLET: NegativeLayout = {
  columns: () => [
    ANCHOR,
    POSITIVE,
    { name: "negative", type: "STRING" },
    { name: "positive_score", type: "DOUBLE" },
    { name: "negative_score", type: "DOUBLE" },
  ],
  rows: ({ anchor, positives, negatives }) =>
    positives.flatMap((positive) =>
      negatives.map((negative) => [anchor, positive.text, negative.text, positive.score, negative.score])
    ),
};

/** All negatives in one row, and one score a column; only anchors that have all. */
const TUPLE: NegativeLayout = {
  columns: (count) => [
    ...tupleColumns(count),
    { name: "positive_score", type: "DOUBLE" },
    ...numbered(count).map((i): TableColumn => ({ name: `negative_${i}_score`, type: "DOUBLE" })),
  ],
  rows: (mined, count) => tupleRows(mined, count, (scores) => scores),
};

/** The same with all scores in one list, which is a label. */
const TUPLE_SCORES: NegativeLayout = {
  columns: (count) => [...tupleColumns(count), { name: "scores", type: "DOUBLE", list: true }],
  rows: (mined, count) => tupleRows(mined, count, (scores) => [scores]),
};

/** Positives with the label 1, negatives with the label 0. */
const LABELLED_PAIR: NegativeLayout = {
  columns: () => [
    ANCHOR,
    { name: "text", type: "STRING" },
    { name: "label", type: "INT32" },
    { name: "pair_score", type: "DOUBLE" },
  ],
  rows: ({ anchor, positives, negatives }) => [
    ...positives.map(({ text, score }) => [anchor, text, 1, score]),
    ...negatives.map(({ text, score }) => [anchor, text, 0, score]),
  ],
};

/** A list of texts a row, the positive first, with their labels and scores; only anchors that have a negative. */
const LABELLED_LIST: NegativeLayout = {
  columns: () => [
    ANCHOR,
    { name: "texts", type: "STRING", list: true },
    { name: "labels", type: "INT32", list: true },
    { name: "scores", type: "DOUBLE", list: true },
  ],
  rows({ anchor, positives, negatives }) {
    if (negatives.length === 0) return [];
    return positives.map((positive) => {
      const all = [positive, ...negatives];
      return [
        anchor,
        all.map(({ text }) => text),
        all.map((_, i) => i === 0 ? 1 : 0),
        all.map(({ score }) => score),
      ];
    });
  },
};

/** Every layout by its name. */
export const NEGATIVE_FORMATS: Readonly<Record<NegativeFormat, NegativeLayout>> = {
  "triplet": TRIPLET,
  "n-tuple": TUPLE,
  "n-tuple-scores": TUPLE_SCORES,
  "labelled-pair": LABELLED_PAIR,
  "labelled-list": LABELLED_LIST,
};

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function tupleColumns(count: number): TableColumn[] {
  return [
    ANCHOR,
    POSITIVE,
    ...numbered(count).map((i): TableColumn => ({ name: `negative_${i}`, type: "STRING" })),
  ];
}

function tupleRows(
  { anchor, positives, negatives }: MinedAnchor,
  count: number,
  layOut: (scores: number[]) => unknown[],
): unknown[][] {
  if (negatives.length < count) return [];
  const texts = negatives.map(({ text }) => text);
  const scores = negatives.map(({ score }) => score);
  return positives.map(({ text, score }) => [anchor, text, ...texts, ...layOut([score, ...scores])]);
}
