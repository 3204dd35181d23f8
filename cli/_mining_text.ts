import {
  type MinedAnchor,
  type MiningReport,
  SCORE_LIMITS,
  type ScoreLimit,
  type ScoreSummary,
} from "../mining/mod.ts";

/** Characters of a text that are shown. */
const SHOWN_CHARACTERS = 88;

/** What each limit is called on the command line. */
const OPTION_OF: Readonly<Record<ScoreLimit, string>> = {
  margin: "--margin",
  relativeMargin: "--relative-margin",
  maxScore: "--max-score",
  minScore: "--min-score",
};

/** What was mined from a data set. */
export interface MinedDataset extends MiningReport {
  /** Its name in the recipe. */
  dataset: string;
  /** The file that was written. */
  file: string;
  /** Rows of the file. */
  rows: number;
}

/** The report of a data set for people. */
export function miningText(mined: MinedDataset): string {
  const { dataset, file, rows, anchors, pairs, documents, negatives, anchorsByNegatives } = mined;
  const most = anchorsByNegatives.length - 1;
  const dropped = SCORE_LIMITS.filter((limit) => mined.dropped[limit] > 0)
    .map((limit) => `${count(mined.dropped[limit])} by ${OPTION_OF[limit]}`);
  return [
    `${dataset}  ${file}, ${count(rows)} rows`,
    `  ${count(anchors)} anchors, ${count(pairs)} pairs, ${count(documents)} documents, ${
      count(negatives)
    } negatives`,
    `  anchors with ${
      anchorsByNegatives.map((number, i) => `${i}: ${count(number)}`).toReversed().join(", ")
    } of ${most}`,
    ...(dropped.length > 0 ? [`  documents passed over: ${dropped.join(", ")}`] : []),
    ...scoreTable(mined),
    ...mined.examples.flatMap(exampleLines),
  ].join("\n") + "\n";
}

function scoreTable({ positiveScores, negativeScores }: MiningReport): string[] {
  const row = (name: string, { mean, deviation, lowest, highest }: ScoreSummary): string =>
    "  " + name.padEnd(10) + [mean, deviation, lowest, highest]
      .map((value) => (value === null ? "-" : value.toFixed(4)).padStart(10)).join("");
  const head = ["mean", "deviation", "lowest", "highest"].map((name) => name.padStart(10)).join("");
  return [
    "  " + "scores".padEnd(10) + head,
    row("positives", positiveScores),
    row("negatives", negativeScores),
  ];
}

function exampleLines({ anchor, positives, negatives }: MinedAnchor): string[] {
  const line = (sign: string, { text, score }: MinedAnchor["negatives"][number]): string =>
    `    ${sign} ${score.toFixed(4)}  ${shortened(text)}`;
  return [
    `  ${shortened(anchor)}`,
    ...positives.map((each) => line("+", each)),
    ...negatives.map((each) => line("-", each)),
  ];
}

/** A text on one line; control characters are shown as JSON writes them. */
function shortened(value: string): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 3).toWellFormed()}...`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
