import {
  assignColumns,
  type DatasetSpec,
  readColumnNames,
  readRows,
  type ResolvedSource,
  resolveSource,
  type Row,
} from "../data/mod.ts";
import type { Hub } from "../hub/mod.ts";
import type { TextPair } from "./mine_negatives.ts";

/** Options of {@linkcode datasetPairs} and {@linkcode corpusTexts}. */
export interface MiningSourceOptions {
  /**
   * Where `hf://` sources are looked up.
   * @default the network, with the default cache
   */
  hub?: Hub;
}

/** Pairs of a data set that are left out. */
export interface DatasetPairsOptions extends MiningSourceOptions {
  /**
   * Whether a pair is left out, as one that is held out.
   * @default none is
   */
  isLeftOut?: (pair: TextPair) => boolean;
}

/** Column of a corpus that holds its texts, if none is named. */
const TEXT_COLUMN = "text";

/**
 * The pairs of a data set: its first two columns of texts. Rows without two texts are left out, as in training.
 *
 * @param name name of the data set, for messages
 * @param spec the data set
 * @throws {RangeError} if it is missing, has one column of texts only, or labels its pairs
 * @throws {SyntaxError} if a file is damaged
 */
export async function* datasetPairs(
  name: string,
  spec: DatasetSpec,
  { hub, isLeftOut = () => false }: DatasetPairsOptions = {},
): AsyncGenerator<TextPair[]> {
  const { config, revision, split, take } = spec;
  const source = await resolveSource(spec.source, { hub, config, revision, split });
  const { texts: [anchor, positive], label } = assignColumns(
    await readColumnNames(source, { hub }),
    spec.columns,
  );
  const refuse = (reason: string, cure: string): never => {
    throw new RangeError(`Cannot mine ${name}: ${reason}; ${cure}`);
  };
  if (positive === undefined) refuse("it has one column of texts, not a pair", "mine data of pairs");
  if (label !== undefined) {
    refuse(
      `its column ${label} labels the pairs, so not every one is positive`,
      "leave that column out by columns",
    );
  }
  for await (const rows of readRows(source, { columns: [anchor, positive], limit: take, hub })) {
    yield rows.flatMap((row) => pairOf(row, [anchor, positive])).filter((pair) => !isLeftOut(pair));
  }
}

function pairOf(row: Row, [first, second]: readonly [string, string]): TextPair[] {
  const [anchor, positive] = [row[first], row[second]];
  if (typeof anchor !== "string" || typeof positive !== "string") return [];
  return anchor.trim() === "" || positive.trim() === "" ? [] : [{ anchor, positive }];
}

/**
 * The texts of a corpus: of a column, or the lines of a `.txt` file.
 *
 * @param spec a file, a glob, or `hf://datasets/OWNER/NAME`
 * @param options `column`: which; by default `text`, else the only one
 * @throws {RangeError} if it is missing, or the column is not there or not clear
 */
export async function* corpusTexts(
  spec: string,
  { hub, column }: MiningSourceOptions & { column?: string } = {},
): AsyncGenerator<string[]> {
  const source = await resolveSource(spec, { hub });
  const chosen = column ?? await textColumn(source, hub);
  for await (const rows of readRows(source, { columns: [chosen], hub })) {
    yield rows.map((row) => row[chosen]).filter((text) =>
      typeof text === "string" && text.trim() !== ""
    ) as string[];
  }
}

async function textColumn(source: ResolvedSource, hub: Hub | undefined): Promise<string> {
  const names = await readColumnNames(source, { hub });
  if (names.length === 1) return names[0];
  if (names.includes(TEXT_COLUMN)) return TEXT_COLUMN;
  throw new RangeError(
    `Cannot take documents of ${source.name}: it has several columns and none is called text; ` +
      `name one of ${names.join(", ")}`,
  );
}
