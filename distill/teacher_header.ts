import type { TeacherHeader } from "../data/mod.ts";
import { filesChecksum } from "./_files_checksum.ts";
import type { Pooling } from "./pooling.ts";
import type { Teacher } from "./teacher.ts";

/** How a teacher is asked for vectors that are kept. */
export interface TeachingOptions {
  /**
   * Name of the prompt that goes before every text; null for none.
   *
   * @default the teacher's own choice
   */
  prompt?: string | null;
  /**
   * How tokens become one vector.
   *
   * @default as the teacher's folder says
   */
  pooling?: Pooling;
  /**
   * Whether special tokens count where tokens become one vector.
   *
   * @default true
   */
  specialTokens?: boolean;
  /**
   * Whether vectors are scaled to length 1.
   *
   * @default as the teacher's folder says
   */
  normalize?: boolean;
}

/** What a teacher's vectors are described by. */
export type DescribedTeacher = Pick<
  Teacher,
  "name" | "files" | "output" | "poolings" | "normalize" | "maxLength" | "dim" | "promptText"
>;

/** Outputs that hold one vector a text. */
const POOLED: readonly string[] = ["sentence_embedding", "pooler_output"];

/**
 * Says where the vectors of a teacher come from, as it stands in the files that keep them.
 *
 * @param teacher its files are read for their checksum
 * @param options how it is asked
 * @throws {RangeError} if there is no such prompt, or the teacher's graph has pooled already and is asked to do otherwise
 */
export async function describeTeacher(
  teacher: DescribedTeacher,
  { prompt, pooling, specialTokens = true, normalize }: TeachingOptions = {},
): Promise<TeacherHeader> {
  const isPooled = POOLED.includes(teacher.output);
  if (isPooled && (pooling !== undefined || !specialTokens)) {
    throw new RangeError(
      `Cannot pool the tokens of ${teacher.name}: its output ${teacher.output} is one vector a text already; ` +
        "leave pooling and special tokens to it",
    );
  }
  const poolings = pooling === undefined ? teacher.poolings : [pooling];
  return {
    teacher: teacher.name,
    checksum: await filesChecksum(teacher.files),
    output: teacher.output,
    pooling: isPooled ? [] : [...poolings],
    specialTokens,
    normalize: normalize ?? teacher.normalize,
    prompt: teacher.promptText(prompt),
    maxLength: Number.isFinite(teacher.maxLength) ? teacher.maxLength : null,
    dimension: isPooled ? teacher.dim : teacher.dim / teacher.poolings.length * poolings.length,
    precision: "float16",
    projection: null,
  };
}
