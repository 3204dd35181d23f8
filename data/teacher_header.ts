import { Hub } from "../hub/mod.ts";
import { ParquetFile } from "./_parquet.ts";
import type { ResolvedSource, SourceFile } from "./source.ts";

/** Where vectors come from: two files whose headers agree may be used as one. */
export interface TeacherHeader {
  /** Path or address of the teacher, as it was named. */
  teacher: string;
  /** SHA-256 of the teacher's graph, weights and tokenizer, in hexadecimal. */
  checksum: string;
  /** Output of the graph that was taken. */
  output: string;
  /** How tokens became one vector; several are joined. */
  pooling: string[];
  /** Whether special tokens counted. */
  specialTokens: boolean;
  /** Whether vectors were scaled to length 1. */
  normalize: boolean;
  /** Text that went before every text. */
  prompt: string;
  /** Most tokens of a text, special ones included; null without a limit. */
  maxLength: number | null;
  /** Numbers a vector. */
  dimension: number;
  /** How numbers are stored. */
  precision: "float16";
  /** SHA-256 of the projection that made the vectors shorter; null without. */
  projection: string | null;
}

/** Keys of a Parquet file's metadata: the header as JSON, and the SHA-256 of the file's texts. */
export const TEACHER_KEYS = { header: "lathe.teacher", texts: "lathe.texts" } as const;

/** Fields that say where the same files lie, not what the vectors are. */
const NAMES: readonly string[] = ["teacher"];

/** The header of a file of teacher vectors, of which only the footer is read; undefined for a file without one. */
async function readTeacherHeader(
  file: SourceFile,
  { hub = new Hub() }: { hub?: Hub } = {},
): Promise<TeacherHeader | undefined> {
  if (file.format !== "parquet") return undefined;
  const opened = await ParquetFile.open(file, hub);
  opened.close();
  return teacherHeaderIn(opened);
}

/**
 * The header in the metadata of a Parquet file, which may be closed already.
 *
 * @returns undefined if it has none
 * @throws {SyntaxError} if it cannot be read
 */
export function teacherHeaderIn({ name, keyValues }: ParquetFile): TeacherHeader | undefined {
  const text = keyValues.get(TEACHER_KEYS.header);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (cause) {
    const problem = `its ${TEACHER_KEYS.header} is not JSON`;
    throw new SyntaxError(`Cannot read ${name}: ${problem}; write it again`, { cause });
  }
}

/**
 * Checks that all files of a source hold vectors of one teacher, made in one way.
 *
 * @param source the files
 * @param options where `hf://` files are looked up
 * @returns the header that they share; undefined if none has one
 * @throws {RangeError} if two differ; the message names both and what differs
 * @throws {SyntaxError} if a footer or header cannot be read
 */
export async function checkOneTeacher(
  source: ResolvedSource,
  options: { hub?: Hub } = {},
): Promise<TeacherHeader | undefined> {
  const [first, ...rest] = source.files;
  const header = await readTeacherHeader(first, options);
  for (const file of rest) {
    const other = await readTeacherHeader(file, options);
    checkSameTeacher({ name: first.path, header }, { name: file.path, header: other });
  }
  return header;
}

/** Vectors and where they come from. */
export interface NamedTeacher {
  /** What to call them in messages. */
  name: string;
  /** Their header; undefined if they have none. */
  header: TeacherHeader | undefined;
}

/**
 * Checks that two sets of vectors come from one teacher, in one way.
 *
 * @throws {RangeError} if they do not; the message says what differs
 */
export function checkSameTeacher(a: NamedTeacher, b: NamedTeacher): void {
  const reason = difference(a.header, b.header);
  if (reason === undefined) return;
  throw new RangeError(
    `Cannot use the vectors of ${a.name} and ${b.name} together: they come from another teacher or way (${reason}); ` +
      "keep the vectors of each in a folder of their own",
  );
}

function difference(a: TeacherHeader | undefined, b: TeacherHeader | undefined): string | undefined {
  if (a === undefined || b === undefined) return a === b ? undefined : "one has no header";
  const field = [...new Set([...Object.keys(a), ...Object.keys(b)])].find((name) =>
    !NAMES.includes(name) && JSON.stringify(valueOf(a, name)) !== JSON.stringify(valueOf(b, name))
  );
  return field && `${field} ${shown(valueOf(a, field))} and ${shown(valueOf(b, field))}`;
}

function valueOf(header: TeacherHeader, field: string): unknown {
  return (header as unknown as Record<string, unknown>)[field];
}

/** Checksums are told apart by their beginning. */
function shown(value: unknown): string {
  const text = typeof value === "string" && value.length === 64 ? value.slice(0, 8) : value;
  return JSON.stringify(text) ?? "nothing";
}
