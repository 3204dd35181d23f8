import type { SpeedReport, Spread } from "../speed.ts";
import { formatBytes, formatCount } from "./_names.ts";
import { textTable } from "./_text_table.ts";

/**
 * Speed as a table of fixed width: a line for every size, medians with the smallest and the largest run; below it how
 * large the model is and how long a process takes to its first vector.
 *
 * @param speed what was measured
 * @returns lines that end in a line feed
 */
export function speedTable({ texts, repeats, sizes, modelBytes, startMilliseconds }: SpeedReport): string {
  const rows = sizes.map((at) => [
    String(at.size),
    spreadText(at.textsPerSecond, formatCount),
    at.tokensPerSecond === null ? "" : spreadText(at.tokensPerSecond, formatCount),
    spreadText(at.textMilliseconds, (value) => value.toPrecision(3)),
    formatBytes(4e6 * at.size),
  ]);
  const head = ["dimensions", "texts a second", "tokens a second", "one text, ms", "a million vectors"];
  const facts = [
    `medians of ${repeats} runs over ${formatCount(texts)} texts`,
    ...(modelBytes === null ? [] : [`model ${formatBytes(modelBytes)}`]),
    ...(startMilliseconds === null
      ? []
      : [`from a process's start to its first vector ${spreadText(startMilliseconds, formatCount)} ms`]),
  ];
  return textTable(head, rows, { words: 0 }) + facts.join("; ") + "\n";
}

function spreadText({ median, low, high }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(low)}–${format(high)})`;
}
