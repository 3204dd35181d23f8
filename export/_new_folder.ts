import { basename, dirname, join } from "node:path";

/**
 * Makes a folder whose content is either all there or not there at all: it is filled under a temporary name beside its
 * place, and then renamed.
 *
 * @param folder path of the folder, which must not exist
 * @param fill writes the content into the temporary folder
 * @throws RangeError when there is something already; Error when the content cannot be written, which leaves nothing
 */
export async function makeFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  try {
    await assertAbsent(folder);
    await Deno.mkdir(parent, { recursive: true });
    const temporary = await Deno.makeTempDir({
      dir: parent,
      prefix: `.${basename(folder)}.`,
      suffix: ".partial",
    });
    try {
      await Deno.chmod(temporary, 0o755); // temporary folders are their owner's alone
      await fill(temporary);
      await assertAbsent(folder);
      await Deno.rename(temporary, folder);
    } catch (error) {
      await Deno.remove(temporary, { recursive: true });
      throw error;
    }
  } catch (cause) {
    const reason = systemFault(cause);
    if (reason === undefined) throw cause;
    throw new Error(`Cannot export to ${folder}: ${reason}; make room there or choose another folder`, {
      cause,
    });
  }
}

/**
 * Refuses a place that is taken.
 *
 * @param folder path of the folder to be made
 * @throws RangeError when there is something, of whatever kind
 */
export async function assertAbsent(folder: string): Promise<void> {
  const found = await Deno.lstat(folder).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (found === undefined) return;
  throw new RangeError(`Cannot export to ${folder}: it exists; choose another folder, or remove it`);
}

/** Writes a file in full, flushed to the disk. */
export async function writeFully(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name);
  await Deno.mkdir(dirname(path), { recursive: true });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done, done + WRITE_STEP));
  await file.sync();
}

/** Bytes handed to the system at once: writes above 2 GB are cut by the kernel. */
const WRITE_STEP = 1 << 30;

/** What the operating system said, if it was that; what was told on the way names the temporary folder. */
function systemFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return typeof (error as { code?: unknown }).code === "string" ? error.message : systemFault(error.cause);
}
