import type { ScoredCollection, ScoredSize } from "./card_records.ts";
import type { CardContent } from "./model_card.ts";

/** Main score of every collection at the model's size, beside the baselines'. */
export function scoreSection(content: CardContent): string {
  const collections = scored(content);
  if (collections.length === 0) return "";
  const baselines = [
    ...new Set(collections.flatMap(({ baselines = [] }) => baselines.map(({ name }) => name))),
  ];
  const intervals = collections.map((collection) => intervalText(content, collection));
  const hasIntervals = intervals.some((text) => text !== "");
  const head = ["set", "score", "model", ...(hasIntervals ? ["95 % interval"] : []), ...baselines, "items"];
  const rows = collections.map((collection, i) => [
    collection.name,
    collection.mainMetric,
    numberText(mainScore(collection, largestSize(collection, content))),
    ...(hasIntervals ? [intervals[i]] : []),
    ...baselines.map((name) => {
      const baseline = collection.baselines?.find((entry) => entry.name === name);
      return numberText(baseline?.metrics[baseline.mainMetric]);
    }),
    Object.entries(collection.counts ?? {}).map(([what, count]) => `${count.toLocaleString("en")} ${what}`)
      .join(", "),
  ]);
  const stored = content.precision === "float32"
    ? ""
    : "\n\nMeasured with the float32 table, before it was stored as " +
      `${content.precision}.`;
  return `## Scores\n\n${table(head, rows)}${stored}`;
}

/** Main scores by size, as far as the model still has them. */
export function truncationSection(content: CardContent): string {
  const collections = scored(content);
  const sizes = [...new Set(collections.flatMap(({ sizes }) => sizes.map(({ size }) => size)))]
    .filter((size) => size <= content.dim).sort((a, b) => a - b);
  if (sizes.length < 2) return "";
  const rows = sizes.map((size) => [
    String(size),
    ...collections.map((collection) =>
      numberText(mainScore(collection, collection.sizes.find((entry) => entry.size === size)))
    ),
  ]);
  const head = ["dimensions", ...collections.map(({ name }) => name)];
  return `## Truncation\n\nThe same scores when only the first dimensions of a vector are kept:\n\n${
    table(head, rows)
  }`;
}

/** Collections that have a score at a size that the model has; what another version wrote otherwise is left out. */
function scored(content: CardContent): ScoredCollection[] {
  const { collections } = content.records.report ?? {};
  if (!Array.isArray(collections)) return [];
  return collections.filter((collection) =>
    Array.isArray(collection?.sizes) && collection.sizes.every((size: Partial<ScoredSize>) =>
      size?.metrics
    ) &&
    largestSize(collection, content) !== undefined
  );
}

function largestSize({ sizes }: ScoredCollection, { dim }: CardContent): ScoredSize | undefined {
  return sizes.filter(({ size }) => size <= dim).sort((a, b) => b.size - a.size)[0];
}

function mainScore(
  { mainMetric }: ScoredCollection,
  size: ScoredSize | undefined,
): number | null | undefined {
  return size?.metrics[mainMetric];
}

function intervalText(content: CardContent, collection: ScoredCollection): string {
  const size = largestSize(collection, content);
  const interval = size && content.interval?.(collection, size);
  return interval === undefined ? "" : `${numberText(interval[0])} to ${numberText(interval[1])}`;
}

function numberText(value: number | null | undefined): string {
  return typeof value === "number" ? value.toFixed(4) : "";
}

/** A Markdown table; bars in names would end a cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${
      cells.map((cell) => cell.replaceAll(/[|\n\r]/g, (sign) => sign === "|" ? "\\|" : " ")).join(" | ")
    } |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
