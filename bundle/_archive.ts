import { basename, dirname } from "node:path";

/** How an archive is compressed, by the end of its name. */
const COMPRESSORS: Readonly<Record<string, string>> = { ".tar.gz": "gzip -n", ".tar.xz": "xz -T0" };

/** Options of {@linkcode packArchive}. */
export interface ArchiveOptions {
  /** The compressor's effort, 1 to 9. */
  level: number;
}

/**
 * Packs a folder by the system's `tar`. The same files give the same bytes: order, times and owners are fixed.
 *
 * @param folder the folder, which the archive has at its top
 * @param file the archive, `.tar.gz` or `.tar.xz`
 * @throws {TypeError} if the name says no format
 * @throws {Error} in `tar`'s words if it fails
 */
export async function packArchive(folder: string, file: string, { level }: ArchiveOptions): Promise<void> {
  const ending = Object.keys(COMPRESSORS).find((each) => file.endsWith(each));
  if (ending === undefined) {
    throw new TypeError(`Cannot write ${file}: its name says no format; end it in .tar.gz or .tar.xz`);
  }
  const { code, stderr } = await new Deno.Command("tar", {
    args: [
      "--create",
      `--use-compress-program=${COMPRESSORS[ending]} -${level}`,
      `--file=${file}`,
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=u+rw,go+r,go-w,a+X",
      "--format=ustar",
      `--directory=${dirname(folder)}`,
      basename(folder),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    await Deno.remove(file).catch(() => {});
    const reason = new TextDecoder().decode(stderr).trim().split("\n")[0];
    throw new Error(`Cannot write ${file}: tar says: ${reason}; see that the folder exists and has room`);
  }
}
