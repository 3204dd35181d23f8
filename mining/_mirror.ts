/** For tests: the offline mirror of the hub, or undefined (with a line that says so) where it is missing. */
export function testMirror(): string | undefined {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? new URL("../../shared/hub", import.meta.url).pathname;
  try {
    Deno.statSync(mirror);
    return mirror;
  } catch {
    console.log(`skipped: no mirror of the hub at ${mirror}; set LATHE_HUB_MIRROR`);
    return undefined;
  }
}
