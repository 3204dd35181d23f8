import { join } from "node:path";
import { StaticModel } from "../model/mod.ts";

/** Endings of files that saving and downloading give their names last. */
const UNFINISHED = /\.(new|partial|incomplete|tmp)$/;

/**
 * Loads a model folder that nobody is writing: unfinished files, or files that change while they are read, are refused.
 * A folder that is exchanged file by file could otherwise give the table of one model and the tokenizer of another.
 *
 * @param folder path of the folder
 * @throws {RangeError} if the folder is being written, or holds no whole model
 */
export async function loadSettledModel(folder: string): Promise<StaticModel> {
  const before = await stampOf(folder);
  const model = await StaticModel.load(folder);
  const after = await stampOf(folder).catch(() => undefined);
  if (before === after) return model;
  model.dispose();
  throw new RangeError(
    `Cannot load the model ${folder}: its files changed while they were read; try again when they are written`,
  );
}

/** Names, sizes and times of a folder's files. */
async function stampOf(folder: string): Promise<string> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  const unfinished = names.find((name) => UNFINISHED.test(name));
  if (unfinished !== undefined) {
    throw new RangeError(
      `Cannot load the model ${folder}: ${unfinished} says that it is being written; try again when it is done`,
    );
  }
  const stamps = names.sort().map(async (name) => {
    const path = join(folder, name);
    const { ino, size, mtime } = await Deno.stat(path).catch(() => Deno.lstat(path)); // a link may lead nowhere
    return `${name} ${ino} ${size} ${mtime?.getTime()}`;
  });
  return (await Promise.all(stamps)).join("\n");
}
