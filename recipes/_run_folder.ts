import type { LogRecord } from "../train/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import { recipeJson } from "./resolve.ts";

/** Names inside a run's folder, beside the model's own files. */
export const RUN_FILES = {
  recipe: "recipe.json",
  data: "data.json",
  run: "run.json",
  report: "report.json",
  metrics: "metrics.jsonl",
  artifacts: "artifacts",
  checkpoints: "checkpoints",
  /** The file whose presence makes the folder a finished model. */
  finished: "modules.json",
} as const;

/** A record of `metrics.jsonl`. */
export type MetricsRecord =
  | { kind: "train" } & LogRecord & { seconds: number; pairsPerSecond: number }
  | {
    kind: "evaluation";
    step: number;
    size: number;
    scores: Record<string, number | null>;
    seconds: number;
  };

/**
 * The folder of one run: the model and all that tells how it came about. Every file is whole or not there; records are
 * appended.
 */
export class RunFolder {
  /** Path of the folder. */
  readonly path: string;

  /** @param path path of the folder; it need not be there */
  constructor(path: string) {
    this.path = path;
  }

  /** Path of something in the folder. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Whether the folder holds a finished model. */
  async isFinished(): Promise<boolean> {
    return await this.readJson(RUN_FILES.finished) !== undefined &&
      await this.readJson(RUN_FILES.run) !== undefined;
  }

  /**
   * Makes the folder for a new run.
   *
   * @throws {RangeError} if it holds anything already
   */
  async start(recipe: ResolvedRecipe): Promise<void> {
    await Deno.mkdir(this.path, { recursive: true });
    for await (const entry of Deno.readDir(this.path)) {
      throw new RangeError(
        `Cannot train into ${this.path}: it is not empty (${entry.name}); name another --output, or give --resume`,
      );
    }
    await this.writeText(RUN_FILES.recipe, recipeJson(recipe));
  }

  /**
   * Checks that a run may go on in the folder.
   *
   * @throws {RangeError} if there is no run, or one of another recipe; the message names the first difference
   */
  async checkResumable(recipe: ResolvedRecipe): Promise<void> {
    const stored = await this.readJson(RUN_FILES.recipe);
    if (stored === undefined) {
      throw new RangeError(`Cannot resume in ${this.path}: no run began there; leave out --resume`);
    }
    const difference = firstDifference(stored, JSON.parse(recipeJson(recipe)));
    if (difference === undefined) return;
    throw new RangeError(
      `Cannot resume in ${this.path}: the recipe has changed: ${difference}; restore it, or name another --output`,
    );
  }

  /** Writes a text file: under a temporary name first. */
  async writeText(name: string, text: string): Promise<void> {
    const temporary = this.at(`${name}.new`);
    try {
      await Deno.writeTextFile(temporary, text);
      await Deno.rename(temporary, this.at(name));
    } catch (cause) {
      await Deno.remove(temporary).catch(() => undefined);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot write ${this.at(name)}: ${reason}; make room there`, { cause });
    }
  }

  /** Writes a value as JSON. */
  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writeText(name, JSON.stringify(value, null, 2) + "\n");
  }

  /** Reads a JSON file; undefined where it is missing. */
  async readJson(name: string): Promise<unknown> {
    try {
      return JSON.parse(await Deno.readTextFile(this.at(name)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxError(`Cannot read ${this.at(name)}: it is not JSON; restore it, or train anew`, {
        cause: error,
      });
    }
  }

  /** Appends a record to the metrics. */
  async appendMetrics(record: MetricsRecord): Promise<void> {
    await Deno.writeTextFile(this.at(RUN_FILES.metrics), JSON.stringify(record) + "\n", { append: true });
  }

  /** Drops the records of steps after `step`, which a resumed run will write again, and a line that was cut off. */
  async rewindMetrics(step: number): Promise<void> {
    const text = await Deno.readTextFile(this.at(RUN_FILES.metrics)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    const lines = text.split("\n").filter((line) => line !== "" && stepOf(line) <= step);
    await this.writeText(RUN_FILES.metrics, lines.map((line) => line + "\n").join(""));
  }
}

/** Step of a record; infinite for a line that was cut off. */
function stepOf(line: string): number {
  try {
    return (JSON.parse(line) as MetricsRecord).step;
  } catch {
    return Infinity;
  }
}

/** The first place at which two JSON values differ, as `path is x and was y`. */
function firstDifference(before: unknown, now: unknown, path = ""): string | undefined {
  if (isRecord(before) && isRecord(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const found = firstDifference(before[key], now[key], path === "" ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const [a, b] = [before, now].map((value) => JSON.stringify(value) ?? "absent");
  return a === b ? undefined : `${path} is ${b} and was ${a}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
