import { createHash } from "node:crypto";

/** A file: its bytes, its text, or where it lies on this machine. */
export type LoopbackContent = Uint8Array<ArrayBuffer> | string | { path: string };

/** A repository that a loopback hub serves. */
export interface LoopbackRepository {
  kind: "datasets" | "models";
  /** `OWNER/NAME`. */
  id: string;
  /** Files of every branch; `main` is the usual one, `refs/convert/parquet` holds the hub's own Parquet files. */
  branches: Record<string, Record<string, LoopbackContent>>;
  /** Who may read it. */
  access?: "public" | "gated" | "private";
}

/** A file as the hub knows it. */
export interface LoopbackFile {
  path: string;
  size: number;
  /** git's object id. */
  oid: string;
  /** SHA-256 of a file that is kept in the large-file store. */
  sha256?: string;
  read(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/** A commit: its id follows from its files, so that it changes when they do. */
export interface LoopbackCommit {
  id: string;
  files: Map<string, LoopbackFile>;
}

/** Endings and size from which a file goes to the large-file store, as on the hub. */
const LARGE = /\.(parquet|safetensors|onnx|bin)$/;
const LARGE_BYTES = 1 << 20;

/** Whether a file goes to the large-file store. */
export function isLarge(path: string, size: number): boolean {
  return LARGE.test(path) || size >= LARGE_BYTES;
}

/** The commit that these files make. */
export function commitOf(files: Record<string, LoopbackContent>): LoopbackCommit {
  const all = Object.entries(files).map(([path, content]) => fileOf(path, content));
  all.sort((a, b) => a.path < b.path ? -1 : 1);
  const id = createHash("sha1").update(all.map(({ path, oid }) => `${path} ${oid}`).join("\n")).digest("hex");
  return { id, files: new Map(all.map((file) => [file.path, file])) };
}

function fileOf(path: string, content: LoopbackContent): LoopbackFile {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content instanceof Uint8Array
    ? content
    : Deno.readFileSync(content.path);
  const size = bytes.length;
  const onDisk = typeof content === "object" && !(content instanceof Uint8Array) ? content.path : undefined;
  const read = onDisk === undefined
    ? (start: number, end: number): Uint8Array<ArrayBuffer> => bytes.subarray(start, end)
    : (start: number, end: number): Uint8Array<ArrayBuffer> => readDisk(onDisk, start, end);
  if (!isLarge(path, size)) return { path, size, oid: gitOid(bytes), read };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;
  return { path, size, oid: gitOid(new TextEncoder().encode(pointer)), sha256, read };
}

function gitOid(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function readDisk(path: string, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  using file = Deno.openSync(path);
  file.seekSync(start, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) at += file.readSync(bytes.subarray(at)) ?? bytes.length;
  return bytes;
}
