import { join } from "node:path";
import { checkSameTeacher, TEACHER_KEYS, type TeacherHeader } from "../data/mod.ts";
import {
  readFloat32Tensor,
  readSafetensorsHeader,
  readTensor,
  type SafetensorsHeader,
  writeSafetensors,
} from "../model/mod.ts";
import { filesChecksum } from "./_files_checksum.ts";
import type { PcaAxes } from "./pca.ts";

/** Axes that a teacher's vectors are turned to, as they are kept beside the vectors. */
export interface Projection extends PcaAxes {
  /** SHA-256 of the file. */
  checksum: string;
}

/** Name of the file beside the vectors. */
const FILE = "projection.safetensors";

/**
 * Keeps axes in a folder, so that further texts can be projected alike.
 *
 * @param folder made if it is not there
 * @param axes the axes
 * @param header the teacher whose vectors they were found in, as it is without them
 */
export async function saveProjection(folder: string, axes: PcaAxes, header: TeacherHeader): Promise<void> {
  const { mean, axes: { data, rows, columns }, explained } = axes;
  await Deno.mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, FILE), {
    mean: { dtype: "F64", shape: [rows], data: mean as Float64Array<ArrayBuffer> },
    axes: { dtype: "F32", shape: [rows, columns], data: data as Float32Array<ArrayBuffer> },
    explained: { dtype: "F64", shape: [columns], data: explained as Float64Array<ArrayBuffer> },
  }, { metadata: { [TEACHER_KEYS.header]: JSON.stringify(header) } });
}

/** Copies the axes of one folder to another, which is made if it is not there. */
export async function copyProjection(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  await Deno.copyFile(join(from, FILE), join(to, FILE));
}

/**
 * The axes that lie in a folder.
 *
 * @param folder where {@linkcode saveProjection} has put them
 * @param header the teacher whose vectors are to be projected
 * @returns undefined if there are none
 * @throws {RangeError} if they belong to another teacher, or to another way to ask it
 * @throws {SyntaxError} if the file is damaged
 */
export async function loadProjection(folder: string, header: TeacherHeader): Promise<Projection | undefined> {
  const path = join(folder, FILE);
  if (!await isFile(path)) return undefined;
  const file = await readSafetensorsHeader(path);
  const own = headerOf(file, path);
  checkSameTeacher({ name: path, header: own }, { name: header.teacher, header });
  const data = await readFloat32Tensor(file, "axes");
  const [mean, explained] = [await readTensor(file, "mean"), await readTensor(file, "explained")];
  return {
    mean: Float64Array.from(mean as Float64Array),
    explained: Float64Array.from(explained as Float64Array),
    axes: { data, rows: mean.length, columns: explained.length },
    checksum: await filesChecksum([path]),
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function headerOf({ metadata }: SafetensorsHeader, path: string): TeacherHeader {
  try {
    return JSON.parse(metadata[TEACHER_KEYS.header]);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path}: it does not say whose vectors it is for; make it again`, {
      cause,
    });
  }
}
