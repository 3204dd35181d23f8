import { stat } from "node:fs/promises";
import { Hub } from "../hub/mod.ts";
import { ParquetFile } from "./_parquet.ts";

/**
 * Opens a Parquet file of this machine.
 *
 * @param path where it lies
 * @throws {SyntaxError} if its footer cannot be read
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { size } = await stat(path);
  return await ParquetFile.open({ path, format: "parquet", compressed: false, size, version: "" }, new Hub());
}
