import { finish, hashText } from "./hash.ts";
import { ZIGGURAT_BOUNDS, ZIGGURAT_EDGES, ZIGGURAT_WIDTHS } from "./_ziggurat.ts";

/**
 * A small seeded generator of random numbers: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state with a counter,
 * so that its period is at least 2^32 and 2^127 on average. The same seed gives the same numbers everywhere.
 */
export class Random {
  /** a, b, c and counter of sfc32. */
  readonly #state = new Int32Array(4);
  /** What the generator was made from; forks depend on this alone. */
  #seed: [number, number];

  /**
   * Starts a generator.
   *
   * @param seed a whole number of at most 53 bits
   * @throws {RangeError} if the seed is not such a number
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot seed a generator: ${seed} is not a whole number of 53 bits; give one`);
    }
    this.#seed = [seed | 0, Math.floor(seed / 2 ** 32) | 0];
    this.#start();
  }

  /**
   * An independent generator for one purpose. It depends on this generator's seed and the label only, not on how many
   * numbers were drawn: streams with different labels may be used in any order.
   *
   * @param label what the numbers are for; 3 and "3" are the same label
   */
  fork(label: string | number): Random {
    const hash = new Uint32Array(2);
    hashText(String(label), hash, 0);
    const child = new Random(0);
    const first = finish(this.#seed[0] ^ hash[0]) + this.#seed[1] | 0;
    child.#seed = [first, finish(this.#seed[1] ^ hash[1]) + finish(first) | 0];
    child.#start();
    return child;
  }

  /** A whole number from 0 to 2^32 - 1. */
  nextUint32(): number {
    const state = this.#state;
    const sum = state[0] + state[1] + state[3] | 0;
    state[3] = state[3] + 1;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = state[2] + (state[2] << 3);
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  nextFloat(): number {
    const high = this.nextUint32() >>> 5;
    return (high * 2 ** 26 + (this.nextUint32() >>> 6)) / 2 ** 53;
  }

  /**
   * A whole number from 0 to n - 1, each equally likely: draws of as many bits as n - 1 has are repeated until one is
   * below n, less than twice on average.
   *
   * @param n from 1 to 2^32
   * @throws {RangeError} if n is not such a number
   */
  below(n: number): number {
    if (!(n >= 1 && n <= 2 ** 32)) {
      throw new RangeError(`Cannot draw a number below ${n}: it is not from 1 to 2^32; give such a bound`);
    }
    const shift = n === 1 ? 31 : Math.clz32(n - 1);
    for (;;) {
      const draw = this.nextUint32() >>> shift;
      if (draw < n) return draw;
    }
  }

  /** Puts the entries of `out` in random order, every order equally likely (Fisher and Yates). */
  shuffle(out: Uint32Array): void {
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const entry = out[i];
      out[i] = out[j];
      out[j] = entry;
    }
  }

  /**
   * A number from the standard normal distribution, by the ziggurat method with 256 layers (Marsaglia and Tsang 2000,
   * in Doornik's form of 2005): 8 of 32 random bits choose the layer, the other 24 the place in it.
   */
  normal(): number {
    const draw = this.nextUint32() | 0;
    const layer = draw & 255;
    const place = (draw >> 8) + 0.5;
    if (Math.abs(place) < ZIGGURAT_BOUNDS[layer]) return place * ZIGGURAT_WIDTHS[layer];
    return layer === 0 ? this.#normalTail(place < 0) : this.#normalEdge(layer, place);
  }

  /** The part of the distribution beyond the last layer (Marsaglia 1964). */
  #normalTail(negative: boolean): number {
    const start = ZIGGURAT_EDGES[1];
    let x: number;
    let y: number;
    do {
      // 1 - nextFloat() is never 0, whose logarithm is infinite.
      x = Math.log(1 - this.nextFloat()) / start;
      y = Math.log(1 - this.nextFloat());
    } while (-2 * y < x * x);
    return negative ? x - start : start - x;
  }

  /** A place in a layer that may lie beyond the curve: accepted with the share of the layer that is below it. */
  #normalEdge(layer: number, place: number): number {
    const x = place * ZIGGURAT_WIDTHS[layer];
    const outer = Math.exp(-0.5 * (ZIGGURAT_EDGES[layer] ** 2 - x * x));
    const inner = Math.exp(-0.5 * (ZIGGURAT_EDGES[layer + 1] ** 2 - x * x));
    return inner + this.nextFloat() * (outer - inner) < 1 ? x : this.normal();
  }

  /** Spreads the seed over the state with splitmix32 and lets it run in, as PractRand does. */
  #start(): void {
    let [word, high] = this.#seed;
    for (let i = 0; i < 3; i++) {
      word = word + 0x9e3779b9 | 0;
      high = high + 0x7f4a7c15 | 0;
      this.#state[i] = finish(word ^ finish(high));
    }
    this.#state[3] = 1;
    for (let i = 0; i < 15; i++) this.nextUint32();
  }
}

/**
 * Fills `out` with numbers from the standard normal distribution, rounded to float32.
 *
 * @param random generator; it advances
 */
export function fillNormal(out: Float32Array, random: Random): void {
  for (let i = 0; i < out.length; i++) out[i] = random.normal();
}
