import type { Limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import type { ServedModel } from "./served_model.ts";

/** What the interfaces answer from. */
export interface Service {
  /** The model. */
  readonly model: ServedModel;
  /** What clients call it. */
  readonly name: string;
  /** Version of Lathe. */
  readonly version: string;
  /** How much a request may ask for. */
  readonly limits: Limits;
  /** Where is counted what happens. */
  readonly metrics: Metrics;
  /** When the service began, milliseconds since 1970. */
  readonly started: number;
  /** Milliseconds from any fixed moment. */
  readonly clock: () => number;
  /** The token that requests must carry; anyone may ask if undefined. */
  readonly token: string | undefined;
  /** Hears of what went wrong in the server itself. */
  readonly onFault: (error: unknown) => void;
}
