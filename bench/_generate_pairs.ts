/**
 * Writes `pairs-*.parquet` with generated pairs: `deno run -A _generate_pairs.ts FOLDER MILLIONS`. A question has about 9
 * tokens, an answer about 30; words follow Zipf's law, and one pair in a thousand repeats another.
 */
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Random } from "../data/mod.ts";

/** Pairs of a file; a row group has a tenth. */
const FILE_PAIRS = 1_000_000;
const WORDS = 20_000;
/** Texts are put together from so many phrases of six words. */
const PHRASES = 1 << 16;

const [folder, millions] = Deno.args;
const random = new Random(12);
const syllables = Array.from(
  { length: 80 },
  () => "bcdfghklmnprstvw"[random.below(16)] + "aeiou"[random.below(5)],
);
const words = Array.from({ length: WORDS }, () => {
  return Array.from({ length: 1 + random.below(3) }, () => syllables[random.below(80)]).join("");
});
const phrases = Array.from({ length: PHRASES }, () => {
  // Exponents drawn evenly give ranks that follow Zipf's law.
  return Array.from({ length: 6 }, () => words[Math.floor(WORDS ** random.nextFloat()) % WORDS]).join(" ");
});
const pairs = Number(millions) * FILE_PAIRS;
for (let first = 0, file = 0; first < pairs; first += FILE_PAIRS, file++) {
  const count = Math.min(FILE_PAIRS, pairs - first);
  const questions: string[] = [];
  const answers: string[] = [];
  for (let i = 0; i < count; i++) {
    const number = i % 1000 === 999 ? first + i - 1 : first + i;
    // Multiplying by an odd number scatters what follows from the pair's number.
    const a = Math.imul(number, 0x9e3779b1);
    const b = Math.imul(number, 0x85ebca6b);
    questions.push(`${phrases[a >>> 16]} ${number}`);
    answers.push(`${phrases[a & 0xffff]} ${phrases[b >>> 16]} ${phrases[b & 0xffff]} ${number}`);
  }
  const column = (name: string, data: string[]) => ({
    name,
    data,
    type: "STRING" as const,
    encoding: "PLAIN" as const,
  });
  const bytes = parquetWriteBuffer({
    columnData: [column("question", questions), column("answer", answers)],
    rowGroupSize: FILE_PAIRS / 10,
    codec: "UNCOMPRESSED",
    statistics: false,
  });
  await Deno.writeFile(join(folder, `pairs-${String(file).padStart(4, "0")}.parquet`), new Uint8Array(bytes));
}
