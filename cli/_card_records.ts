import { join } from "node:path";
import type { CardRecords } from "../export/mod.ts";
import { printError } from "./_output.ts";

/**
 * What lies beside a model, as far as it can be read: a card without a section is better than none.
 *
 * @param folder The model's folder.
 */
export async function readCardRecords(folder: string): Promise<CardRecords> {
  const names = ["run", "report", "recipe", "data", "distill"] as const;
  const entries = await Promise.all(
    names.map(async (name) => [name, await readRecord(join(folder, `${name}.json`))]),
  );
  return Object.fromEntries(entries.filter(([, record]) => record !== undefined));
}

async function readRecord(file: string): Promise<object | undefined> {
  try {
    const value: unknown = JSON.parse(await Deno.readTextFile(file));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      printError(`Left out of the card: ${file} cannot be read: ${(error as Error).message}\n`);
    }
    return undefined;
  }
}
