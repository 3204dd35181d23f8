import { LoopbackHub, type LoopbackHubOptions } from "./_loopback_hub.ts";
import type { LoopbackContent, LoopbackRepository } from "./_loopback_repository.ts";
import { Hub, type HubHooks, type HubOptions } from "../hub/mod.ts";

/** A loopback hub and an empty cache. */
export interface HubCase {
  server: LoopbackHub;
  cacheFolder: string;
  /** Seconds that were waited for the server, in their order; no time passes. */
  waits: number[];
  /** A way to it. */
  connect(options?: HubOptions, hooks?: HubHooks): Hub;
}

/** Runs a test on a loopback hub of its own. */
export async function withHub(
  repositories: readonly LoopbackRepository[],
  use: (hubCase: HubCase) => Promise<void>,
  options: LoopbackHubOptions = {},
): Promise<void> {
  const cacheFolder = await Deno.makeTempDir();
  const waits: number[] = [];
  await using server = new LoopbackHub(repositories, options);
  try {
    await use({
      server,
      cacheFolder,
      waits,
      connect: (options, hooks) => {
        const sleep = (seconds: number): Promise<void> => Promise.resolve(void waits.push(seconds));
        return new Hub({ endpoint: server.endpoint, cacheFolder, ...options }, { sleep, ...hooks });
      },
    });
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
}

/** A data set with these files on its main branch. */
export function dataset(id: string, files: Record<string, LoopbackContent>): LoopbackRepository {
  return { kind: "datasets", id, branches: { main: files } };
}

/** Bytes that differ from place to place. */
export function someBytes(count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, (_, i) => (i * 2654435761) >>> 24);
}
