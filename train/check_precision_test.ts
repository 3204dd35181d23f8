import assert from "node:assert/strict";
import { Runtime } from "../runtime/mod.ts";
import { checkPrecision } from "./check_precision.ts";

Deno.test("checkPrecision refuses 16-bit products on the CPU in one sentence, and lets float32 be", async () => {
  using runtime = Runtime.open({ threads: 1 });
  await checkPrecision(runtime, "float32");
  for (const precision of ["float16", "bfloat16"] as const) {
    await assert.rejects(checkPrecision(runtime, precision), {
      name: "RangeError",
      message:
        `Cannot train on cpu with training.precision ${precision}: cpu has no products in ${precision}; ` +
        "set training.precision to float32",
    });
  }
});
