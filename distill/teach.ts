import { type TeacherHeader, TextsChecksum } from "../data/mod.ts";
import type { Matrix } from "../model/mod.ts";
import { gatherTexts, type TextPortion, totalOf } from "./_gather_texts.ts";
import { hasShard, openTeachingFolder, writeManifest } from "./_teaching_folder.ts";
import { shardPath, VectorShard } from "./_vector_shard.ts";
import { project } from "./pca.ts";
import type { Projection } from "./projection.ts";
import type { Teacher } from "./teacher.ts";
import { type DescribedTeacher, describeTeacher, type TeachingOptions } from "./teacher_header.ts";

/** What {@linkcode teach} asks of a teacher. */
export type TeachingTeacher = DescribedTeacher & Pick<Teacher, "encode" | "runtime">;

/** Options of {@linkcode teach}. */
export interface TeachOptions extends TeachingOptions {
  /** Folder of the shards; what it holds of the same teacher and texts is not made again. */
  folder: string;
  /**
   * Most different texts.
   *
   * @default Infinity
   */
  take?: number;
  /**
   * Texts of a shard.
   *
   * @default 65,536
   */
  shardTexts?: number;
  /**
   * Texts that are sorted by length together.
   *
   * @default 8,192
   */
  windowTexts?: number;
  /** Makes the vectors shorter; see {@linkcode saveProjection}. */
  projection?: Projection;
  /**
   * What the texts are, for `teach.json`.
   *
   * @default {}
   */
  source?: Readonly<Record<string, unknown>>;
  /** Ends the work after the batch under way; whole shards stay. */
  signal?: AbortSignal;
  /** Called after every batch. */
  onProgress?: (progress: TeachProgress) => void;
}

/** How far the work has come. */
export interface TeachProgress {
  /** Texts that were given to the teacher. */
  texts: number;
  /** Texts that were there already. */
  kept: number;
  /** How many different texts there will be, about; undefined if that is not known. */
  total: number | undefined;
}

/** What {@linkcode teach} has done. */
export interface TeachReport {
  /** Where the vectors come from. */
  header: TeacherHeader;
  /** Different texts. */
  texts: number;
  /** How many of them were there already. */
  kept: number;
  /** Shards, old and new. */
  shards: number;
  /** SHA-256 of all texts. */
  checksum: string;
}

/**
 * Writes the vectors that a teacher gives to texts: Parquet shards with the columns `text` and `vector` (float16), in
 * which the texts stand in the order they come in, each different text once. Memory holds the texts of one shard and the
 * vectors of one window, and a hash of every text.
 *
 * A shard appears under its name when it is whole. Called again, the work goes on with the first that is missing: texts
 * are compared by checksum with those of the shards that are there.
 *
 * @param teacher the transformer
 * @param texts gone through once
 * @param options {@linkcode TeachOptions}
 * @throws {RangeError} if the folder holds vectors of another teacher or other texts, there is no text, a vector cannot be
 * kept, or there is no room
 */
export async function teach(
  teacher: TeachingTeacher,
  texts: AsyncIterable<TextPortion>,
  options: TeachOptions,
): Promise<TeachReport> {
  const { folder, shardTexts = 65_536, take = Infinity, projection, source = {}, onProgress } = options;
  const header = projected(await describeTeacher(teacher, options), projection);
  await openTeachingFolder(folder, { header, shardTexts });
  const manifest = { header, shardTexts, source };
  const all = new TextsChecksum();
  const done = { texts: 0, kept: 0, shards: 0 };
  for await (const { texts: some, share } of gatherTexts(texts, { take, shardTexts })) {
    options.signal?.throwIfAborted();
    if (done.shards === 0) await writeManifest(folder, { ...manifest, result: null });
    const checksumOf = (first: number): string => new TextsChecksum().add(some.slice(0, first)).digest();
    const before = { ...done };
    const total = totalOf(before.texts + some.length, share, take);
    const tell = (fresh: number): void =>
      onProgress?.({ texts: before.texts - before.kept + fresh, kept: done.kept, total });
    if (await hasShard(folder, done.shards, { header, texts: some.length, checksumOf })) {
      done.kept += some.length;
      tell(0);
    } else {
      const shard = new VectorShard(shardPath(folder, done.shards), header);
      await writeShard(shard, some, { ...options, teacher, header, tell });
    }
    done.texts += some.length;
    done.shards++;
    all.add(some);
  }
  if (done.texts === 0) throw new RangeError("Cannot teach: there is no text; name columns that hold texts");
  const checksum = all.digest();
  await writeManifest(folder, { ...manifest, result: { texts: done.texts, shards: done.shards, checksum } });
  return { header, ...done, checksum };
}

function projected(header: TeacherHeader, projection: Projection | undefined): TeacherHeader {
  if (projection === undefined) return header;
  return { ...header, dimension: projection.axes.columns, projection: projection.checksum };
}

interface WriteShardOptions extends TeachOptions {
  teacher: TeachingTeacher;
  header: TeacherHeader;
  tell: (fresh: number) => void;
}

async function writeShard(
  shard: VectorShard,
  texts: readonly string[],
  options: WriteShardOptions,
): Promise<void> {
  const { windowTexts = 8192, header } = options;
  try {
    for (let start = 0; start < texts.length; start += windowTexts) {
      const window = texts.slice(start, start + windowTexts);
      const vectors = await encodeWindow(window, { ...options, start });
      shard.append(window, toFloat16(vectors, window, header.teacher));
    }
    shard.finish();
  } catch (error) {
    shard.abort();
    throw error;
  }
}

async function encodeWindow(
  texts: readonly string[],
  { teacher, prompt, pooling, specialTokens, normalize, projection, signal, tell, start }:
    & WriteShardOptions
    & {
      start: number;
    },
): Promise<Matrix> {
  const vectors = await teacher.encode(texts, {
    prompt,
    pooling,
    specialTokens,
    normalize,
    nameOf: (text) => nameOf(texts[text]),
    onProgress: (done) => {
      tell(start + done);
      signal?.throwIfAborted();
    },
  });
  return projection === undefined ? vectors : await project(vectors, projection, teacher.runtime);
}

function toFloat16({ data, columns }: Matrix, texts: readonly string[], teacher: string): Float16Array {
  const codes = new Float16Array(data);
  const place = codes.findIndex((code) => !Number.isFinite(code));
  if (place < 0) return codes;
  throw new RangeError(
    `Cannot keep a vector of ${teacher}: that of ${nameOf(texts[Math.floor(place / columns)])} holds ${
      data[place]
    }, ` +
      "and float16 ends at 65504; scale the teacher's vectors to length 1",
  );
}

/** The beginning of a text, for messages. */
function nameOf(text: string): string {
  return `the text ${JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)}`;
}
