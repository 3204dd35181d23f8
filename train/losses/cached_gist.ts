import type { GistOptions } from "./gist.ts";

/**
 * CachedGIST: GIST for batches whose matrices of similarities would not fit into memory, computed some anchors at a
 * time. Loss and gradients are the same numbers for every size of chunk.
 *
 * Formula: that of GIST.
 *
 * Columns: (anchor, positive), (anchor, positive, negative) or (anchor, positive, negative_1 .. negative_n).
 *
 * Reference: Solatorio 2024, "GISTEmbed"; Gao et al. 2021, "Scaling Deep Contrastive Learning Batch Size under Memory
 * Limited Setup". `CachedGISTEmbedLoss` of Sentence Transformers, which refuses it for static embeddings.
 */
export interface CachedGistSpec extends GistOptions {
  /** Which loss. */
  kind: "cachedGist";
  /** Anchors whose similarities are in memory at a time, 1 or more. */
  chunkSize: number;
}
