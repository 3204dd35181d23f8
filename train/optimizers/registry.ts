import { ADAMW, type AdamWSpec } from "./adamw.ts";
import { CAUGHT_UP_ADAMW, type CaughtUpAdamWSpec } from "./caught_up_adamw.ts";
import type { OptimizerDefinition } from "./optimizer.ts";
import { ROWWISE_ADAGRAD, type RowwiseAdagradSpec } from "./rowwise_adagrad.ts";
import { SGD, type SgdSpec } from "./sgd.ts";
import { SPARSE_ADAM, type SparseAdamSpec } from "./sparse_adam.ts";

/** An optimizer in a resolved recipe: plain data, told apart by `kind`. */
export type OptimizerSpec = AdamWSpec | CaughtUpAdamWSpec | SparseAdamSpec | SgdSpec | RowwiseAdagradSpec;

/** Every optimizer by its kind. */
const OPTIMIZERS: { [K in OptimizerSpec["kind"]]: OptimizerDefinition<Extract<OptimizerSpec, { kind: K }>> } =
  {
    adamw: ADAMW,
    caughtUpAdamw: CAUGHT_UP_ADAMW,
    sparseAdam: SPARSE_ADAM,
    sgd: SGD,
    rowwiseAdagrad: ROWWISE_ADAGRAD,
  };

/** State, graph and kernels of an optimizer. */
export function optimizerOf(spec: OptimizerSpec): OptimizerDefinition<OptimizerSpec> {
  return OPTIMIZERS[spec.kind] as OptimizerDefinition<OptimizerSpec>;
}
