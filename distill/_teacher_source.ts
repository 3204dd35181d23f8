import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Hub, parseHubAddress } from "../hub/mod.ts";

/** Where {@linkcode openTeacherSource} looks. */
export interface TeacherPlaces {
  /**
   * Where `hf://` addresses are looked up.
   *
   * @default the network, with the default cache
   */
  hub?: Hub;
  /**
   * Folder that relative paths start from.
   *
   * @default the current folder
   */
  baseFolder?: string;
}

/** The files of a teacher, on this machine or on the hub. */
export interface TeacherSource {
  /** What the teacher is called in messages. */
  readonly name: string;
  /** Paths of its files, relative to the teacher. */
  readonly files: readonly string[];
  /** Where a file lies on this machine; fetched first, if it lies on the hub. */
  path(file: string): Promise<string>;
}

/**
 * Finds a teacher: a folder, or `hf://models/OWNER/NAME`, of which only the files that are asked for are fetched.
 *
 * @throws {RangeError} if there is no such folder or repository
 */
export async function openTeacherSource(spec: string, places: TeacherPlaces): Promise<TeacherSource> {
  return spec.startsWith("hf://") ? await onHub(spec, places) : await onDisk(spec, places);
}

async function onHub(spec: string, { hub = new Hub() }: TeacherPlaces): Promise<TeacherSource> {
  const address = parseHubAddress(spec, "models");
  const repository = await hub.open(address);
  const prefix = address.path === "" ? "" : `${address.path}/`;
  const files = (await repository.listFiles()).map(({ path }) => path).filter((path) =>
    path.startsWith(prefix)
  );
  return {
    name: spec,
    files: files.map((path) => path.slice(prefix.length)),
    path: (file) => repository.fetch(prefix + file),
  };
}

async function onDisk(spec: string, { baseFolder = "." }: TeacherPlaces): Promise<TeacherSource> {
  const folder = resolve(baseFolder, spec);
  const list = async (below: string): Promise<string[]> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    return entries.map(({ name }) => below === "" ? name : `${below}/${name}`);
  };
  try {
    const top = await list("");
    // ONNX file, pooling and normalisation lie one folder down; a file among the names has none below it.
    const below = await Promise.all(top.map((name) => list(name).catch(() => [])));
    return {
      name: spec,
      files: [...top, ...below.flat()],
      path: (file) => Promise.resolve(join(folder, file)),
    };
  } catch (cause) {
    const reason = (cause as { code?: string }).code === "ENOTDIR" ? "it is no folder" : "it does not exist";
    const cure = "name a folder with an ONNX model, or hf://models/OWNER/NAME";
    throw new RangeError(`Cannot load the teacher ${spec}: ${reason}; ${cure}`, { cause });
  }
}
