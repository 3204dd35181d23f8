import { readRows, resolveSource } from "../data/mod.ts";
import type { Hub } from "../hub/mod.ts";

/** Options of {@linkcode sourceTexts}. */
export interface SourceTextsOptions {
  /**
   * Where `hf://` sources are looked up.
   *
   * @default the network, with the default cache
   */
  hub?: Hub;
  /**
   * Configuration on the hub.
   *
   * @default the default one
   */
  config?: string;
  /**
   * Split, or a slice of one.
   *
   * @default "train"
   */
  split?: string;
  /**
   * Columns to take texts from.
   *
   * @default all columns; what is no text in them is passed over
   */
  columns?: readonly string[];
  /**
   * Most rows to read.
   *
   * @default Infinity
   */
  limit?: number;
}

/**
 * The texts of a data set, some at a time: any source that a recipe may name, or a `.txt` file with a text a line.
 *
 * @throws {RangeError} if there is no such source
 */
export async function* sourceTexts(
  source: string,
  options: SourceTextsOptions = {},
): AsyncGenerator<string[]> {
  const { hub, config, split, columns, limit } = options;
  if (/\.txt$/i.test(source)) return yield* lines(source);
  const resolved = await resolveSource(source, { hub, config, split });
  for await (const rows of readRows(resolved, { columns, limit, hub })) {
    yield rows.flatMap((row) => Object.values(row)).filter((value) => typeof value === "string");
  }
}

async function* lines(path: string): AsyncGenerator<string[]> {
  const file = await Deno.open(path).catch((cause) => {
    throw new RangeError(`Cannot read ${path}: there is no such file; check the path`, { cause });
  });
  let open = "";
  for await (const chunk of file.readable.pipeThrough(new TextDecoderStream())) {
    const found = (open + chunk).split(/\r?\n/);
    open = found.pop()!;
    if (found.length > 0) yield found;
  }
  if (open !== "") yield [open];
}
