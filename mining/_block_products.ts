import { gemm, Graph, reduceMax, reshape, serializeGraph } from "../graph/mod.ts";
import type { Matrix } from "../model/mod.ts";
import type { Runtime, Session } from "../runtime/mod.ts";

/** Documents whose largest score is known beforehand: a stretch without a good one is passed over as a whole. */
export const STRETCH = 32;

/** The scores of anchors with a block of documents. */
export interface BlockScores {
  /** float32 [anchors, documents]. */
  scores: Float32Array;
  /** float32 [anchors, documents / 32]: the largest score of each stretch. */
  maxima: Float32Array;
}

/** Sizes of {@linkcode BlockProducts}. */
export interface BlockShape {
  /** Most anchors at once. */
  anchors: number;
  /** Documents of a block, a multiple of 32. */
  documents: number;
  /** Numbers of a vector. */
  columns: number;
}

/**
 * Products of some anchors with one block of documents after the other, on all threads of ONNX Runtime. Two blocks take
 * turns: while one is computed, the other is read.
 */
export class BlockProducts {
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #shape: BlockShape;
  /** Memory that was used before is faster than new memory, which the system clears page by page. */
  readonly #slots: readonly BlockScores[];
  #turn = 0;

  /**
   * Prepares products.
   *
   * @param runtime what computes
   * @param shape {@linkcode BlockShape}
   */
  constructor(runtime: Runtime, shape: BlockShape) {
    this.#runtime = runtime;
    this.#shape = shape;
    // Threads that wait busily would take the processor from the reading of scores.
    this.#session = runtime.createSession(productsGraph(shape), { name: "mining", spin: false });
    const size = shape.anchors * shape.documents;
    this.#slots = [0, 1].map(() => ({
      scores: new Float32Array(size),
      maxima: new Float32Array(size / STRETCH),
    }));
  }

  /**
   * Scores a block.
   *
   * @param anchors float32 [anchors, columns]
   * @param block float32 [documents, columns]
   * @returns its scores, which stay until the block after the next is begun
   */
  async run(anchors: Matrix, block: Float32Array): Promise<BlockScores> {
    const { documents, columns } = this.#shape;
    const slot = this.#slots[this.#turn++ % 2];
    const size = anchors.rows * documents;
    using left = this.#runtime.tensor(anchors.data, [anchors.rows, columns]);
    using right = this.#runtime.tensor(block, [documents, columns]);
    using scores = this.#runtime.tensor(slot.scores.subarray(0, size), [anchors.rows, documents]);
    using maxima = this.#runtime.tensor(
      slot.maxima.subarray(0, size / STRETCH),
      [anchors.rows, documents / STRETCH],
    );
    await this.#session.run({ anchors: left, documents: right }, { into: { scores, maxima } });
    return slot;
  }

  /** Gives the graph back to the runtime. */
  release(): void {
    this.#session.release();
  }
}

function productsGraph({ documents, columns }: BlockShape): Uint8Array<ArrayBuffer> {
  const graph = new Graph("mining");
  const anchors = graph.input("anchors", "float32", ["anchors", columns]);
  const scores = gemm(anchors, graph.input("documents", "float32", [documents, columns]), {
    transposeB: true,
  });
  const stretches = documents / STRETCH;
  const rows = reshape(scores, [-1, stretches, STRETCH], ["anchors", stretches, STRETCH]);
  graph.output("scores", scores);
  graph.output("maxima", reduceMax(rows, [2]));
  return serializeGraph(graph);
}
