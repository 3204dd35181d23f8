import type { LoopbackCommit, LoopbackFile, LoopbackRepository } from "./_loopback_repository.ts";

/** A successful answer of the interface. */
export function json(value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json", ...headers } });
}

/** A refusal, with the code by which the hub tells what is missing. */
export function fail(status: number, code: string, message: string): Response {
  const headers = { "Content-Type": "application/json", ...code ? { "X-Error-Code": code } : {} };
  return new Response(JSON.stringify({ error: message }), { status, headers });
}

/** What is known of a repository at a commit. */
export function infoOf(
  { id, access }: LoopbackRepository,
  { id: sha }: LoopbackCommit,
): Record<string, unknown> {
  const gated = access === "gated" ? "manual" : false;
  const counts = { downloads: 0, likes: 0, lastModified: "2025-01-01T00:00:00.000Z" };
  return { _id: "0", id, sha, private: access === "private", gated, ...counts };
}

/** A page of a listing, with the way to the next one. */
export function treeOf(
  commit: LoopbackCommit,
  url: URL,
  { path, pageSize }: { path: string; pageSize: number },
): Response {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const to = from + pageSize;
  const files = [...commit.files.values()].filter((file) => path === "" || file.path.startsWith(`${path}/`));
  const folders = [...new Set(files.flatMap((file) => foldersOf(file.path)))];
  const entries = [
    ...folders.map((folder) => ({ type: "directory", oid: commit.id, size: 0, path: folder })),
    ...files.map(entryOf),
  ];
  url.searchParams.set("cursor", String(to));
  const next = `<${url.href}>; rel="next"`;
  return json(entries.slice(from, to), to < entries.length ? { Link: next } : {});
}

/** What is known of some files. */
export async function pathsInfoOf(commit: LoopbackCommit, request: Request): Promise<Response> {
  const { paths } = await request.json();
  const lastCommit = { id: commit.id, title: "a commit", date: "2025-01-01T00:00:00.000Z" };
  const found = paths.flatMap((path: string) => commit.files.get(path) ?? []);
  return json(found.map((file: LoopbackFile) => ({ ...entryOf(file), lastCommit })));
}

/** A file in a listing. */
function entryOf({ path, size, oid, sha256 }: LoopbackFile): Record<string, unknown> {
  const entry = { type: "file", oid, size, path };
  return sha256 === undefined ? entry : { ...entry, lfs: { oid: sha256, size, pointerSize: 130 } };
}

/** The folders that a file lies in. */
function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
