/** For tests: the offline mirror of the hub, or undefined (with a line that says so) where it is missing. */
export function testMirror(): string | undefined {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ??
    new URL("../../shared/hub", import.meta.url).pathname;
  try {
    Deno.statSync(mirror);
    return mirror;
  } catch {
    console.log(`skipped: no mirror of the hub at ${mirror}; set LATHE_HUB_MIRROR`);
    return undefined;
  }
}

/** For tests: a JSON file of the golden numbers beside the mirror. */
export function golden<T>(mirror: string, name: string): T {
  return JSON.parse(Deno.readTextFileSync(`${mirror}/../golden/${name}`));
}

/** For tests: the largest absolute difference of two lists of numbers. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
