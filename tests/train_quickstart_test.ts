/** The first thing that anybody runs: `train` without a recipe, on a machine with nothing but the project's packages. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe } from "../cli/_test_process.ts";
import type { SuiteReport } from "../eval/mod.ts";

const PACKAGES = fileURLToPath(new URL("../node_modules", import.meta.url));

/** NDCG@10 of each collection at the full size, or of its only baseline, BM25. */
function scores(report: SuiteReport, of: "model" | "bm25"): Record<string, number> {
  return Object.fromEntries(report.collections.map(({ name, sizes, baselines }) => {
    const { metrics } = of === "model" ? sizes.at(-1)! : baselines[0];
    const [, score] = Object.entries(metrics).find(([key]) => key.endsWith("ndcg@10"))!;
    assert.ok(score !== null);
    return [name, score];
  }));
}

Deno.test("train without a recipe learns in under two minutes to find documentation better than BM25", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    // The packages alone, from elsewhere, so that what is written does not land in the project's own folder.
    await Deno.symlink(PACKAGES, join(cwd, "node_modules"));
    const started = performance.now();
    const { code, out, error } = await lathe(["train", "-o", "model", "--json"], {
      cwd,
      env: { LATHE_HUB_MIRROR: "" },
    });
    const seconds = (performance.now() - started) / 1000;
    assert.deepEqual([code, error], [0, ""]);
    const { before, report } = JSON.parse(out);
    const [start, end, bm25] = [scores(before, "model"), scores(report, "model"), scores(report, "bm25")];
    assert.deepEqual(Object.keys(end), ["typescript", "node"]);
    for (const name of Object.keys(end)) {
      assert.ok(end[name] > bm25[name] && end[name] > start[name], `${name}: ${end[name]} is not the best`);
    }
    assert.ok(seconds < 120, `it took ${seconds} s`);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
