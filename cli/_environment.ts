import { Hub } from "../hub/mod.ts";

/**
 * The way to the hub that the environment names.
 *
 * @returns a hub that reads the folder in `LATHE_HUB_MIRROR`, if that is set
 */
export function openHub(): Hub {
  return new Hub({ mirror: Deno.env.get("LATHE_HUB_MIRROR") || undefined });
}
