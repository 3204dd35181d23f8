/**
 * The Hugging Face Hub: data sets and models by address, from the network, the hub's cache, or a mirror folder.
 *
 * ```ts
 * import { Hub, parseHubAddress } from "./mod.ts";
 *
 * const hub = new Hub({ mirror: "mirror" });
 * const repository = await hub.open(parseHubAddress("hf://datasets/sentence-transformers/gooaq", "datasets"));
 * console.log(await repository.listFiles());
 * ```
 *
 * @module
 */

export { type HubAddress, parseHubAddress, type RepositoryKind } from "./address.ts";
export type { HubProgress } from "./_download.ts";
export { Hub, type HubHooks, type HubOptions } from "./hub.ts";
export { resolveModelPath, type ResolveModelPathOptions } from "./model_path.ts";
export type {
  PlannedFile,
  PushFile,
  PushOptions,
  PushPlan,
  PushResult,
  PushTarget,
  UploadProgress,
} from "./push_plan.ts";
export type { FetchFolderOptions, Repository, RepositoryFile } from "./repository.ts";
export type { HubWait } from "./_requests.ts";
