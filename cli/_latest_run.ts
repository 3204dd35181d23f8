/** Holds the folder of the last trained model, in one line. */
export const LATEST_FILE = "runs/latest";

/**
 * The folder of the model that was trained last.
 *
 * @returns Its path.
 * @throws {RangeError} If nothing was trained here yet.
 */
export async function latestModel(): Promise<string> {
  const text = await Deno.readTextFile(LATEST_FILE).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw new RangeError(`Cannot read ${LATEST_FILE}: ${error.message}; name a model folder`, {
      cause: error,
    });
  });
  const folder = text.trim();
  if (folder !== "") return folder;
  throw new RangeError(
    `Cannot find the last trained model: ${LATEST_FILE} names none; train one, or name a folder`,
  );
}

/**
 * Makes `eval` take this model when none is named.
 *
 * @throws {RangeError} if the note cannot be written; the model is there all the same
 */
export async function rememberLatest(folder: string): Promise<void> {
  const temporary = `${LATEST_FILE}.${Deno.pid}.new`; // two runs may finish at one time
  try {
    await Deno.mkdir("runs", { recursive: true });
    await Deno.writeTextFile(temporary, folder + "\n");
    await Deno.rename(temporary, LATEST_FILE);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new RangeError(
      `Cannot note ${folder} as the last model: ${LATEST_FILE} cannot be written ` +
        `(${(error as Error).message}); the model is whole, name it to eval and encode`,
      { cause: error },
    );
  }
}

/** A folder for a new run: `runs/NAME`, or the first of `runs/NAME-2`, `runs/NAME-3`, ... that is not there. */
export async function freshRunFolder(name: string): Promise<string> {
  for (let number = 1;; number++) {
    const folder = runFolder(name, number);
    if (!await exists(folder)) return folder;
  }
}

/**
 * The newest run of a recipe that has not finished.
 *
 * @throws {RangeError} if there is none
 */
export async function unfinishedRunFolder(name: string): Promise<string> {
  let last = 0;
  while (await exists(runFolder(name, last + 1))) last++;
  if (last === 0) throw new RangeError(`Cannot resume ${name}: no run of it lies in runs; name its --output`);
  return runFolder(name, last);
}

function runFolder(name: string, number: number): string {
  return number === 1 ? `runs/${name}` : `runs/${name}-${number}`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
