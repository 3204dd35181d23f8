/**
 * One training step on a table of 105,879 rows beside one on 30,522 rows: the multilingual and the English vocabulary.
 *
 * 2,048 pairs of 12 and 70 tokens drawn by Zipf's law from either, 1,024 dimensions, Matryoshka 32..1,024, dense AdamW.
 */
import { Random } from "../data/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { FusedExecutor, type TrainingBatch } from "../train/mod.ts";
import { median } from "./_median.ts";
import { drawTable, referenceProblem, TEXT_TOKENS, timeStep, zipfBatch } from "./_reference_step.ts";
import { DIM, PAIRS } from "./_reference_task.ts";

const VOCABULARIES: Readonly<Record<string, number>> = { English: 30_522, multilingual: 105_879 };
const ROUNDS = 9;

interface Subject {
  name: string;
  vocab: number;
  executor: FusedExecutor;
  batch: TrainingBatch;
  losses: number[];
  updates: number[];
}

async function start(name: string, vocab: number, runtime: Runtime): Promise<Subject> {
  const random = new Random(12);
  const state = { embeddings: drawTable(vocab, random) };
  const executor = await FusedExecutor.start(referenceProblem(vocab), runtime, state);
  return { name, vocab, executor, batch: zipfBatch(vocab, random), losses: [], updates: [] };
}

/** Prints the medians and their ratio; the two take turns, so that what else the machine does meets both. */
export async function main(): Promise<void> {
  using runtime = Runtime.open();
  const subjects: Subject[] = [];
  for (const [name, vocab] of Object.entries(VOCABULARIES)) subjects.push(await start(name, vocab, runtime));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { executor, batch, losses, updates } of subjects) {
      const { loss, update } = await timeStep(executor, batch, round + 1);
      if (round === 0) continue;
      losses.push(loss);
      updates.push(update);
    }
  }
  const steps = subjects.map(({ losses, updates }) => losses.map((loss, i) => loss + updates[i]));
  for (const [i, { name, vocab, executor, batch, losses, updates }] of subjects.entries()) {
    const rows = new Set(batch.columns.flatMap(({ ids }) => [...ids])).size;
    console.log(
      `${name.padEnd(13)} ${vocab} rows, ${rows} of them used: ${
        median(steps[i]).toFixed(0)
      } ms a step, of which ` +
        `loss and gradient ${median(losses).toFixed(0)}, optimizer ${median(updates).toFixed(0)}`,
    );
    executor.close();
  }
  const ratio = median(steps[1].map((time, round) => time / steps[0][round]));
  const texts = `${PAIRS} pairs of ${TEXT_TOKENS.join(" and ")} tokens, ${DIM} dimensions`;
  console.log(`ratio ${ratio.toFixed(2)} (median of ${ROUNDS} rounds, the two in turn): ${texts}`);
}

if (import.meta.main) await main();
