/** A word as symbols, and how often it occurs. */
export interface SymbolWord {
  /** Numbers of its symbols. */
  symbols: readonly number[];
  /** How often it occurs. */
  count: number;
}

/** A merge: two symbols and the new one. */
export interface Merge {
  left: number;
  right: number;
  merged: number;
}

/** Options of {@linkcode mergePairs}. */
export interface MergePairsOptions {
  /** Number of symbols, the first ones included, at which to stop. */
  symbolCount: number;
  /** A pair must occur so often to be merged. */
  atLeast: number;
  /** The number of the symbol that two make together: a new one, or one that is there already. */
  join: (left: number, right: number) => number;
  /** Called after every merge with the number of symbols. */
  onMerge?: (symbols: number) => void;
}

/** Symbols fit in 26 bits, so two fit in a number. */
const SHIFT = 2 ** 26;

/** A pair waiting to be merged; its count may have changed since. */
interface Waiting {
  key: number;
  count: number;
}

/**
 * Merges the most frequent pair of neighbouring symbols again and again; of equally frequent ones the one with the smaller
 * numbers. Each merge touches only the words that hold the pair.
 *
 * Source: Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units".
 *
 * @param words distinct words; they stay as they are
 * @returns the merges in their order
 */
export function mergePairs(words: readonly SymbolWord[], options: MergePairsOptions): Merge[] {
  const { symbolCount, atLeast, join, onMerge } = options;
  const pairs = new Pairs(words);
  const known = new Set(words.flatMap(({ symbols }) => symbols));
  const merges: Merge[] = [];
  while (known.size < symbolCount) {
    const top = pairs.mostFrequent();
    if (top === undefined || top.count < atLeast) break;
    const { left, right } = top;
    const merge = { left, right, merged: join(left, right) };
    merges.push(merge);
    known.add(merge.merged);
    pairs.merge(merge);
    onMerge?.(known.size);
  }
  return merges;
}

/** How often each pair occurs, and in which words. */
class Pairs {
  readonly #words: SymbolWord[];
  readonly #counts = new Map<number, number>();
  readonly #places = new Map<number, Set<number>>();
  readonly #heap = new PairHeap();

  constructor(words: readonly SymbolWord[]) {
    this.#words = words.map((word) => ({ ...word }));
    for (let word = 0; word < words.length; word++) this.#note(word, 1);
    for (const [key, count] of this.#counts) this.#heap.push({ key, count });
  }

  /** What lies in the heap may have another count by now: it is put back with the one that holds. */
  mostFrequent(): { left: number; right: number; count: number } | undefined {
    for (let top = this.#heap.pop(); top !== undefined; top = this.#heap.pop()) {
      const { key } = top;
      const count = this.#counts.get(key) ?? 0;
      if (count === top.count) return { left: Math.floor(key / SHIFT), right: key % SHIFT, count };
      if (count > 0) this.#heap.push({ key, count });
    }
    return undefined;
  }

  merge(merge: Merge): void {
    const key = merge.left * SHIFT + merge.right;
    const changed = new Set<number>();
    for (const word of this.#places.get(key)!) {
      this.#note(word, -1);
      this.#words[word].symbols = mergedSymbols(this.#words[word].symbols, merge);
      for (const pair of this.#note(word, 1)) changed.add(pair);
    }
    this.#places.delete(key);
    for (const pair of changed) this.#heap.push({ key: pair, count: this.#counts.get(pair)! });
  }

  /** Counts the pairs of a word in, or out again. */
  #note(word: number, sign: 1 | -1): number[] {
    const { symbols, count } = this.#words[word];
    const keys: number[] = [];
    for (let i = 0; i + 1 < symbols.length; i++) {
      const key = symbols[i] * SHIFT + symbols[i + 1];
      keys.push(key);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + sign * count);
      if (sign === -1) continue;
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, new Set([word]));
      else places.add(word);
    }
    return keys;
  }
}

function mergedSymbols(symbols: readonly number[], { left, right, merged }: Merge): number[] {
  const out: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      out.push(merged);
      i++;
    } else out.push(symbols[i]);
  }
  return out;
}

/** A binary heap: the most frequent pair first, then the one with the smaller key. */
class PairHeap {
  readonly #pairs: Waiting[] = [];

  push(pair: Waiting): void {
    const pairs = this.#pairs;
    let at = pairs.length;
    pairs.push(pair);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(pair, pairs[above])) break;
      pairs[at] = pairs[above];
      at = above;
    }
    pairs[at] = pair;
  }

  pop(): Waiting | undefined {
    const pairs = this.#pairs;
    const top = pairs[0];
    const last = pairs.pop();
    if (last === undefined || pairs.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= pairs.length) break;
      if (below + 1 < pairs.length && isBefore(pairs[below + 1], pairs[below])) below++;
      if (!isBefore(pairs[below], last)) break;
      pairs[at] = pairs[below];
      at = below;
    }
    pairs[at] = last;
    return top;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.count !== b.count ? a.count > b.count : a.key < b.key;
}
