/**
 * Event files for TensorBoard: records with masked CRC-32C, scalars over steps.
 *
 * @module
 */
export { EventLog, type EventLogOptions } from "./event_log.ts";
export { type LoggedStep, scoreScalars, trainingScalars } from "./scalars.ts";
export { tfrecord } from "./tfrecord.ts";
