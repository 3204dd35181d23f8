import { type LabelFacts, LabelSurvey } from "./label_facts.ts";

/** What is counted while shards are made: of the rows of one shard, or of all. */
export interface ShardFacts {
  /** Rows read. */
  read: number;
  /** Rows that can be used. */
  usable: number;
  /** Rows dropped, by reason; only reasons that occurred, in the order of their names. */
  dropped: Record<string, number>;
  /** Token ids of every text column. */
  tokens: number[];
  /** Of these, how many stand for what the vocabulary does not cover. */
  unknown: number[];
  /** What is known of the labels, rows counted from the first row read; left out without labels. */
  labels?: LabelFacts;
}

/** The facts of the whole from those of its parts, in their order. */
export function joinFacts(parts: readonly ShardFacts[]): ShardFacts {
  const labels = new LabelSurvey();
  const dropped: Record<string, number> = {};
  let read = 0;
  for (const part of parts) {
    if (part.labels !== undefined) labels.join(part.labels, read);
    for (const [reason, rows] of Object.entries(part.dropped)) {
      dropped[reason] = (dropped[reason] ?? 0) + rows;
    }
    read += part.read;
  }
  const sumOf = (countsOf: (part: ShardFacts) => readonly number[]): number[] => {
    const columns = Math.max(0, ...parts.map((part) => countsOf(part).length));
    return Array.from({ length: columns }, (_, c) => sum(parts.map((part) => countsOf(part)[c] ?? 0)));
  };
  const facts: ShardFacts = {
    read,
    usable: sum(parts.map(({ usable }) => usable)),
    dropped: sorted(dropped),
    tokens: sumOf(({ tokens }) => tokens),
    unknown: sumOf(({ unknown }) => unknown),
  };
  if (labels.facts !== undefined) facts.labels = labels.facts;
  return facts;
}

/** The same counts with the reasons in the order of their names. */
export function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a < b ? -1 : 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
