/**
 * The folder that mirrors the hub.
 *
 * @returns What `LATHE_HUB_MIRROR` names; undefined if it is not set.
 */
export function hubMirror(): string | undefined {
  return Deno.env.get("LATHE_HUB_MIRROR") || undefined;
}
