import { deepStrictEqual } from "node:assert/strict";
import { communicationVolume } from "./mod.ts";

Deno.test("communicationVolume: what docs/many-machines.md says of 64 machines", () => {
  const shape = { processes: 64, columns: 2, competitors: 1, dim: 1024 };
  const divided = { ...shape, pairs: 2048, ownPairs: 32, foreignRows: 447, ownRows: 8013 / 64 };
  const multiplied = { ...shape, pairs: 131072, ownPairs: 2048, foreignRows: 7888, ownRows: 25111 / 64 };
  const megabytes = [divided, multiplied].map((step) => Math.round(communicationVolume(step) / 1e6));
  deepStrictEqual(megabytes, [59, 1719]);
});

Deno.test("communicationVolume: two batches a step send vectors and their gradients twice, rows once", () => {
  const step = { processes: 3, columns: 3, competitors: 2, dim: 8, pairs: 9, ownPairs: 3, foreignRows: 5 };
  const once = communicationVolume({ ...step, ownRows: 4 });
  const twice = communicationVolume({ ...step, ownRows: 4, batches: 2 });
  // To each of two: 3 columns of 3 vectors, digest and loss; to the others: 2 columns of 6 gradients.
  deepStrictEqual(twice - once, 2 * (3 * 3 * 8 * 4 + 12) + 2 * 6 * 8 * 4);
});
