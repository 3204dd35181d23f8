import { dirname } from "node:path";
import type { LogRecord } from "../train/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import { recipeJson } from "./resolve.ts";

/** Names inside a run's folder, beside the model's own files. */
export const RUN_FILES = {
  recipe: "recipe.json",
  data: "data.json",
  run: "run.json",
  report: "report.json",
  /** The main scores item by item, where they were asked for. */
  items: "items.json",
  seeds: "seeds.json",
  metrics: "metrics.jsonl",
  page: "training.html",
  tensorboard: "tensorboard",
  /** The table of the best evaluation so far. */
  best: "best.safetensors",
  artifacts: "artifacts",
  checkpoints: "checkpoints",
  /** The file whose presence makes the folder a finished model. */
  finished: "modules.json",
} as const;

/** A record of `metrics.jsonl`. */
export type MetricsRecord =
  | { kind: "train" } & LogRecord & { seconds: number; pairsPerSecond: number }
  | { kind: "pass"; step: number; dataset: string; pass: number; unusedRows: number }
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
   * Checks that a new run may begin in the folder.
   *
   * @throws {RangeError} if it holds anything already, or is no folder
   */
  async checkFresh(): Promise<void> {
    const refuse = (reason: string): never => {
      throw new RangeError(`Cannot train into ${this.path}: ${reason}`);
    };
    try {
      for await (const { name } of Deno.readDir(this.path)) {
        // What a run leaves that was ended in its very first moment.
        if (name === partial(RUN_FILES.recipe)) continue;
        refuse(`it is not empty (${name}); name another --output, or give --resume`);
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotADirectory) refuse("it is no folder; name another --output");
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Makes the folder for a new run. */
  async start(recipe: ResolvedRecipe): Promise<void> {
    const refuse = (error: unknown): never => {
      throw new Error(`Cannot make ${this.path}: ${reasonOf(error)}; name another --output`, {
        cause: error,
      });
    };
    await Deno.mkdir(dirname(this.path), { recursive: true }).catch(refuse);
    try {
      await Deno.mkdir(this.path);
    } catch (error) {
      // Of two runs that begin at one time only one makes the folder; the other finds what that one wrote.
      if (!(error instanceof Deno.errors.AlreadyExists)) refuse(error);
      await this.checkFresh();
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
    this.#checkSame("recipe", stored, JSON.parse(recipeJson(recipe)));
  }

  /**
   * Checks that a run goes on with the data it began with. Another revision with the same rows is the same data.
   *
   * @throws {RangeError} if counts or checksums differ; the message names the first difference
   */
  async checkData(report: object): Promise<void> {
    const stored = await this.readJson(RUN_FILES.data);
    if (!isRecord(stored)) return;
    const found = JSON.parse(JSON.stringify(report));
    const isSame =
      firstDifference({ ...stored, revisions: null }, { ...found, revisions: null }) === undefined;
    if (!isSame) this.#checkSame("data", stored, found);
  }

  #checkSame(what: string, before: unknown, now: unknown): void {
    const difference = firstDifference(before, now);
    if (difference === undefined) return;
    throw new RangeError(
      `Cannot resume in ${this.path}: the ${what} changed (${difference}); restore it, or name another --output`,
    );
  }

  /** Writes a text file: under a temporary name first. */
  async writeText(name: string, text: string): Promise<void> {
    const temporary = this.at(partial(name));
    try {
      await Deno.writeTextFile(temporary, text);
      await Deno.rename(temporary, this.at(name));
    } catch (cause) {
      await Deno.remove(temporary).catch(() => undefined);
      throw new Error(`Cannot write ${this.at(name)}: ${reasonOf(cause)}; make room there`, { cause });
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
    const path = this.at(RUN_FILES.metrics);
    try {
      await Deno.writeTextFile(path, JSON.stringify(record) + "\n", { append: true });
    } catch (cause) {
      throw new Error(`Cannot write ${path}: ${reasonOf(cause)}; make room there`, { cause });
    }
  }

  /** All records of the metrics; none where there is no such file. */
  async readMetrics(): Promise<MetricsRecord[]> {
    const text = await Deno.readTextFile(this.at(RUN_FILES.metrics)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as MetricsRecord);
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

/** Name of a file that is not whole yet. */
function partial(name: string): string {
  return `${name}.new`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
export function firstDifference(before: unknown, now: unknown, path = ""): string | undefined {
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
