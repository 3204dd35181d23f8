import { Runtime } from "../runtime/mod.ts";
import { checkDevice, checkPrecision } from "../train/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RunOptions } from "./run_options.ts";

/**
 * Opens the device that a recipe is trained on. Whether it can be used, and has the recipe's products, is seen before any
 * data is read, which may take hours.
 *
 * @throws {RangeError | OnnxRuntimeError} if it cannot, or has not
 */
export async function openRuntime(
  { training: { precision } }: ResolvedRecipe,
  { device, deviceId, deviceOptions, threads }: RunOptions,
): Promise<Runtime> {
  const runtime = Runtime.open({ device, deviceId, deviceOptions, threads });
  try {
    checkDevice(runtime);
    await checkPrecision(runtime, precision);
    return runtime;
  } catch (error) {
    runtime.close();
    throw error;
  }
}
