import type { ExportedModel } from "./exported_model.ts";

/**
 * A model with the first columns of its table only.
 *
 * @param parts the model
 * @param columns how many to keep, 1 to those of the table
 * @throws RangeError when the model has fewer columns
 */
export function truncateModel(parts: ExportedModel, columns: number): ExportedModel {
  const { table, rows, dim } = parts;
  if (!Number.isInteger(columns) || columns < 1 || columns > dim) {
    throw new RangeError(
      `Cannot export ${columns} dimensions: the model has ${dim}; truncate to 1 to ${dim}`,
    );
  }
  if (columns === dim) return parts;
  const cut = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    cut.set(table.subarray(row * dim, row * dim + columns), row * columns);
  }
  return { ...parts, table: cut, dim: columns };
}
