import { mersenne } from "pure-rand/generator/mersenne";

/** Puts the numbers of `out` in the order in which NumPy's `RandomState(seed).shuffle` puts them. */
export function numpyShuffle(out: number[], seed: number): void {
  const generator = mersenne(seed);
  for (let last = out.length - 1; last > 0; last--) {
    // Bits of the generator until they give a number that is not too large: every number is equally likely.
    const mask = 2 ** (32 - Math.clz32(last)) - 1;
    let other: number;
    do other = (generator.next() & mask) >>> 0; while (other > last);
    [out[last], out[other]] = [out[other], out[last]];
  }
}
