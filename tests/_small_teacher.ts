import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The offline mirror of the hub, as a full path, since commands run in other folders. */
export const MIRROR = resolve(
  Deno.env.get("LATHE_HUB_MIRROR") ?? fileURLToPath(new URL("../../shared/hub", import.meta.url)),
);

/** Whether the mirror holds a small teacher; says what is skipped where it does not. */
export const HAS_SMALL_TEACHER = isThere();

function isThere(): boolean {
  try {
    return Deno.statSync(join(MIRROR, "models/lathe-data/tiny-teacher")).isDirectory;
  } catch {
    console.log(`skipped: no small teacher in a mirror of the hub at ${MIRROR}; set LATHE_HUB_MIRROR`);
    return false;
  }
}
