import { join } from "node:path";
import { checkSameTeacher, type TeacherHeader } from "../data/mod.ts";
import { readShard, shardPath } from "./_vector_shard.ts";

/** What stands in `teach.json` beside the shards. */
export interface TeachingManifest {
  /** Where the vectors come from. */
  header: TeacherHeader;
  /** Texts of a shard; the last one may have fewer. */
  shardTexts: number;
  /** What the texts are, as the caller says it. */
  source: Readonly<Record<string, unknown>>;
  /** What came of it; null until all texts are done. */
  result: { texts: number; shards: number; checksum: string } | null;
}

const MANIFEST = "teach.json";

/** The file that keeps {@linkcode TeachingManifest} in a folder. */
export async function writeManifest(folder: string, manifest: TeachingManifest): Promise<void> {
  const path = join(folder, MANIFEST);
  await Deno.writeTextFile(`${path}.partial`, JSON.stringify(manifest, null, 2) + "\n");
  await Deno.rename(`${path}.partial`, path);
}

/**
 * Makes a folder for shards, or goes on with one.
 *
 * @throws {RangeError} if it holds vectors of another teacher, in shards of another size, or something else
 * @throws {SyntaxError} if a file of it is damaged
 */
export async function openTeachingFolder(
  folder: string,
  { header, shardTexts }: Pick<TeachingManifest, "header" | "shardTexts">,
): Promise<void> {
  const refuse = (reason: string, cure: string): never => {
    throw new RangeError(`Cannot write vectors to ${folder}: ${reason}; ${cure}`);
  };
  await Deno.mkdir(folder, { recursive: true }).catch((cause) => {
    throw new RangeError(`Cannot write vectors to ${folder}: ${cause.message}; name another folder`, {
      cause,
    });
  });
  const before = await readManifest(folder);
  if (before === undefined) {
    const strangers = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".parquet"));
    if (strangers.length > 0) {
      refuse(`it holds ${strangers[0].name} and no ${MANIFEST}`, "name an empty folder");
    }
    return;
  }
  checkSameTeacher({ name: folder, header: before.header }, { name: header.teacher, header });
  if (before.shardTexts !== shardTexts) {
    refuse(
      `its shards have ${before.shardTexts} texts and not ${shardTexts}`,
      "keep that number, or name another",
    );
  }
}

async function readManifest(folder: string): Promise<TeachingManifest | undefined> {
  const path = join(folder, MANIFEST);
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const problem = error instanceof SyntaxError ? "it is not JSON" : (error as Error).message;
    throw new SyntaxError(`Cannot read ${path}: ${problem}; name an empty folder`, { cause: error });
  }
}

/**
 * Whether a shard is there with these texts. One with fewer of them is not: it was the last of fewer texts.
 *
 * @param texts all texts of the shard
 * @param checksums SHA-256 of the first so many texts
 * @throws {RangeError} if it holds other texts, or vectors of another teacher
 */
export async function hasShard(
  folder: string,
  shard: number,
  { header, texts, checksumOf }: {
    header: TeacherHeader;
    texts: number;
    checksumOf: (first: number) => string;
  },
): Promise<boolean> {
  const path = shardPath(folder, shard);
  const facts = await readShard(path);
  if (facts === undefined) return false;
  checkSameTeacher({ name: path, header: facts.header }, { name: header.teacher, header });
  if (facts.rows <= texts && facts.checksum === checksumOf(facts.rows)) return facts.rows === texts;
  throw new RangeError(
    `Cannot go on in ${folder}: the texts of shard ${shard} are others now than when it was written; ` +
      "take the same recipe and options, or name another folder",
  );
}
