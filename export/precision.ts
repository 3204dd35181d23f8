/** How the numbers of an exported table are stored. */
export type Precision = "float32" | "float16" | "int8";

/** All of them. */
export const PRECISIONS: readonly Precision[] = ["float32", "float16", "int8"];
