import { dotProducts, Graph, type ProductType, serializeGraph } from "../graph/mod.ts";
import { deviceFaultOf, type Runtime, shortReason } from "../runtime/mod.ts";

/** Types that the providers have no products in, whatever the device. */
const LACKING: Readonly<Record<string, readonly ProductType[]>> = {
  cpu: ["float16", "bfloat16"],
  webgpu: ["bfloat16"],
};

/** Rows and columns of the matrix that is tried. */
const EXTENT = 16;

/**
 * Makes sure that a device computes products in some type, by a small one.
 *
 * @throws {RangeError} if it does not: the CPU has float32 only, WebGPU no bfloat16, and not every device float16
 */
export async function checkPrecision(runtime: Runtime, precision: ProductType): Promise<void> {
  if (precision === "float32") return;
  const { device } = runtime;
  if (LACKING[device]?.includes(precision)) {
    throw refusal(device, precision, `${device} has no products in ${precision}`);
  }
  const graph = new Graph("precision_model", { products: precision });
  const factor = graph.input("factor", "float32", [EXTENT, EXTENT]);
  graph.output("product", dotProducts(factor, factor));
  try {
    using session = runtime.createSession(serializeGraph(graph), { name: graph.name });
    using tensor = runtime.tensor(new Float32Array(EXTENT ** 2).fill(1), [EXTENT, EXTENT]);
    const { product } = await session.run({ factor: tensor });
    product.release();
  } catch (error) {
    const reason = deviceFaultOf(error) === "float16"
      ? "this device has no 16-bit floats"
      : shortReason(error);
    throw refusal(device, precision, reason);
  }
}

function refusal(device: string, precision: ProductType, reason: string): RangeError {
  const other = precision === "bfloat16" && device !== "cpu" ? "float16 or float32" : "float32";
  return new RangeError(
    `Cannot train on ${device} with training.precision ${precision}: ${reason}; set training.precision to ${other}`,
  );
}
