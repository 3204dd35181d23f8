/**
 * Lathe trains, evaluates and ships static embedding models: a token table and a mean.
 *
 * This module gathers what a program needs to load a model, to encode, to score, and to write recipes. The rooms behind
 * it can be imported one by one: `@lathe/lathe/graph`, `/runtime`, `/kernels`, `/text`, `/data`, `/model`, `/train`,
 * `/eval`, `/recipes`, and `/run`, which carries out a recipe.
 *
 * ```ts
 * import { StaticModel } from "./mod.ts";
 *
 * const model = await StaticModel.load("runs/quickstart");
 * const vectors = await model.encode(["turned on a lathe", "shaped by hand"], { truncate: 64 });
 * console.log(model.similarity(vectors, vectors).data);
 * ```
 *
 * @module
 */
export * from "./eval/mod.ts";
export * from "./model/mod.ts";
export * from "./recipes/mod.ts";
export {
  type BuildWordPieceOptions,
  buildWordPieceTokenizer,
  loadTokenizer,
  type LoadTokenizerOptions,
} from "./text/mod.ts";
