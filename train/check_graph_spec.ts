import type { GraphSpec } from "./loss_graph.ts";
import { labelWidths, lossGuide, lossRequirements } from "./losses/mod.ts";

/**
 * Checks that loss, columns, labels and guide of a graph fit together.
 *
 * @throws {RangeError} if they do not: with what the loss needs and what there is
 */
export function checkGraphSpec({ loss, columns, labels, dim, guideDim }: GraphSpec): void {
  const needs = lossRequirements(loss);
  const refuse = (fault: string, cure: string): never => {
    throw new RangeError(`Cannot build the loss ${loss.kind}: ${fault}; ${cure}`);
  };
  if (columns < needs.minColumns || columns > needs.maxColumns) {
    refuse(`it needs ${needs.columns} and there are ${columns} text columns`, "name fitting columns");
  }
  const width = Number(labels);
  const widths = labelWidths(loss, columns, dim);
  if (!widths.includes(width)) {
    const expected = widths[0] === 0 ? "no labels" : `${widths.join(" or ")} labels a row (${needs.columns})`;
    const isTeacher = needs.labelKind === "vector" && width > 0;
    const cure = isTeacher
      ? "bring the teacher's vectors to the model's dimension, or set model.dim to theirs"
      : "name fitting columns";
    refuse(`it needs ${expected} and there are ${width}`, cure);
  }
  if (lossGuide(loss) !== undefined && guideDim === undefined) {
    refuse(
      "it needs a guide's vectors and there are none",
      "compute them from the guide that the loss names",
    );
  }
}
