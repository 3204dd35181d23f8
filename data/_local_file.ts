import type { Hub, Repository } from "../hub/mod.ts";
import type { SourceFile, SourceRepository } from "./source.ts";

/** The repository that a file comes from. */
export async function openRepository(repository: SourceRepository, hub: Hub): Promise<Repository> {
  return await hub.open({ ...repository, path: "" });
}

/** The same file on this machine; downloaded if it has to be. */
export async function toLocalFile(file: SourceFile, hub: Hub): Promise<SourceFile> {
  const { repository, ...rest } = file;
  if (!repository) return file;
  return { ...rest, path: await (await openRepository(repository, hub)).fetch(file.path) };
}
