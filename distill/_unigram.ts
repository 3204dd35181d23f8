/** A word and how often it occurs. */
export interface CountedWord {
  /** Its characters. */
  letters: readonly string[];
  /** How often it occurs. */
  count: number;
}

/** Options of {@linkcode trainUnigram}. */
export interface TrainUnigramOptions {
  /** Pieces at the end, single characters included. */
  pieces: number;
  /** Characters that stay even if no word has them. */
  characters?: Iterable<string>;
  /** Called after every round with the number of pieces left. */
  onRound?: (pieces: number) => void;
}

/** Pieces to begin with are this many times those at the end. */
const SEED_FACTOR = 4;
/** Substrings that are counted: about 500 MB. */
const MOST_SUBSTRINGS = 4_000_000;
/** Longest piece, in characters. */
const LONGEST_PIECE = 16;
/** Share of the pieces that a round leaves. */
const SHRINK = 0.75;
/** Passes of expectation and maximisation in a round. */
const PASSES = 2;
/** A piece that is expected less often goes at once. */
const LEAST_EXPECTED = 0.5;

/** Logarithms of probabilities by piece. */
type Scores = Map<string, number>;

/**
 * Trains a Unigram vocabulary: from the substrings that cover most characters, expectation and maximisation find the
 * probability of each piece, and round by round the quarter goes whose loss costs the likelihood least. Single characters
 * stay.
 *
 * Source: Kudo 2018, "Subword Regularization", section 3.2. Substrings are counted in the most frequent words until there
 * are 4 million of them.
 *
 * @param words distinct words
 * @returns piece and logarithm of its probability, the most probable first
 */
export function trainUnigram(
  words: readonly CountedWord[],
  options: TrainUnigramOptions,
): [string, number][] {
  const { pieces, characters = [], onRound } = options;
  const single = new Set([...words.flatMap(({ letters }) => letters), ...characters]);
  let scores = seedPieces(words, { single, most: Math.max(SEED_FACTOR * pieces, single.size) });
  for (;;) {
    for (let pass = 0; pass < PASSES; pass++) scores = maximised(expectedCounts(words, scores), single);
    onRound?.(scores.size);
    if (scores.size <= pieces) break;
    const wanted = Math.max(pieces, Math.floor(SHRINK * scores.size));
    const kept = leastLossy(words, scores, { wanted, single });
    if (kept.size === scores.size) break;
    scores = kept;
  }
  return [...scores].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function seedPieces(
  words: readonly CountedWord[],
  { single, most }: { single: ReadonlySet<string>; most: number },
): Scores {
  const counts = new Map<string, number>();
  const byCount = words.toSorted((a, b) => b.count - a.count);
  for (const { letters, count } of byCount) {
    for (let start = 0; start < letters.length; start++) {
      let piece = letters[start];
      counts.set(piece, (counts.get(piece) ?? 0) + count);
      for (let end = start + 1; end < Math.min(letters.length, start + LONGEST_PIECE); end++) {
        piece += letters[end];
        const known = counts.get(piece);
        if (known !== undefined) counts.set(piece, known + count);
        else if (counts.size < MOST_SUBSTRINGS) counts.set(piece, count);
      }
    }
  }
  const covered = (piece: string): number => (counts.get(piece) ?? 1) * [...piece].length;
  const longer = [...counts.keys()].filter((piece) => !single.has(piece) && counts.get(piece)! > 1)
    .sort((a, b) => covered(b) - covered(a) || (a < b ? -1 : 1)).slice(0, most - single.size);
  const seeds = [...single, ...longer];
  const total = Math.log(seeds.reduce((sum, piece) => sum + covered(piece), 0));
  return new Map(seeds.map((piece) => [piece, Math.log(covered(piece)) - total]));
}

/** How often each piece is expected in all segmentations of all words, by the forward and backward sums. */
function expectedCounts(words: readonly CountedWord[], scores: Scores): Map<string, number> {
  const expected = new Map<string, number>();
  for (const { letters, count } of words) {
    const edges = edgesOf(letters, scores);
    const length = letters.length;
    const forward = new Float64Array(length + 1).fill(-Infinity);
    const backward = new Float64Array(length + 1).fill(-Infinity);
    forward[0] = 0;
    backward[length] = 0;
    for (const { start, end, score } of edges) forward[end] = logAdd(forward[end], forward[start] + score);
    for (const { start, end, score } of edges.toReversed()) {
      backward[start] = logAdd(backward[start], backward[end] + score);
    }
    for (const { start, end, score, piece } of edges) {
      const share = Math.exp(forward[start] + score + backward[end] - forward[length]);
      expected.set(piece, (expected.get(piece) ?? 0) + count * share);
    }
  }
  return expected;
}

/** Probabilities from expected counts, with the digamma function as in variational Bayes: rare pieces lose most. */
function maximised(expected: ReadonlyMap<string, number>, single: ReadonlySet<string>): Scores {
  const kept = new Map([...expected].filter(([, count]) => count >= LEAST_EXPECTED));
  for (const piece of single) if (!kept.has(piece)) kept.set(piece, LEAST_EXPECTED);
  const total = digamma(kept.values().reduce((sum, count) => sum + count, 0));
  return new Map([...kept].map(([piece, count]) => [piece, digamma(count) - total]));
}

/** Pieces by what the likelihood loses without them, each replaced by the best other segmentation of itself. */
function leastLossy(
  words: readonly CountedWord[],
  scores: Scores,
  { wanted, single }: { wanted: number; single: ReadonlySet<string> },
): Scores {
  const uses = new Map<string, number>();
  for (const { letters, count } of words) {
    for (const piece of bestPath(letters, scores)) uses.set(piece, (uses.get(piece) ?? 0) + count);
  }
  const losses: [string, number][] = [];
  for (const [piece, score] of scores) {
    if (single.has(piece)) continue;
    const others = bestPath([...piece], scores, piece).reduce((sum, part) => sum + scores.get(part)!, 0);
    losses.push([piece, (uses.get(piece) ?? 0) * (score - others)]);
  }
  losses.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const kept = new Set(losses.slice(0, Math.max(0, wanted - single.size)).map(([piece]) => piece));
  return new Map([...scores].filter(([piece]) => single.has(piece) || kept.has(piece)));
}

interface Edge {
  start: number;
  end: number;
  piece: string;
  score: number;
}

/** All pieces in a word, in the order of their starts. */
function edgesOf(letters: readonly string[], scores: Scores, left?: string): Edge[] {
  const edges: Edge[] = [];
  for (let start = 0; start < letters.length; start++) {
    let piece = "";
    for (let end = start + 1; end <= Math.min(letters.length, start + LONGEST_PIECE); end++) {
      piece += letters[end - 1];
      const score = piece === left ? undefined : scores.get(piece);
      if (score !== undefined) edges.push({ start, end, piece, score });
    }
  }
  return edges;
}

/** The most probable segmentation, without one piece where that is asked for. */
function bestPath(letters: readonly string[], scores: Scores, left?: string): string[] {
  const best = new Float64Array(letters.length + 1).fill(-Infinity);
  const edgeTo: (Edge | undefined)[] = [];
  best[0] = 0;
  for (const edge of edgesOf(letters, scores, left)) {
    const score = best[edge.start] + edge.score;
    if (score <= best[edge.end]) continue;
    best[edge.end] = score;
    edgeTo[edge.end] = edge;
  }
  const path: string[] = [];
  for (let edge = edgeTo[letters.length]; edge !== undefined; edge = edgeTo[edge.start]) {
    path.push(edge.piece);
  }
  return path.reverse();
}

function logAdd(a: number, b: number): number {
  const largest = Math.max(a, b);
  return largest === -Infinity ? -Infinity : largest + Math.log1p(Math.exp(Math.min(a, b) - largest));
}

/** Logarithmic derivative of the gamma function for x > 0: its recurrence up to 7, then the asymptotic series. */
function digamma(x: number): number {
  let result = 0;
  for (; x < 7; x++) result -= 1 / x;
  const inverse = 1 / (x * x);
  return result + Math.log(x) - 0.5 / x - inverse * (1 / 12 - inverse * (1 / 120 - inverse / 252));
}
