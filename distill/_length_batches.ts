/**
 * Arranges texts in batches of about one length, the longest first, so that little is padding and the batch that needs
 * most memory comes at once.
 *
 * @param lengths tokens of every text, special ones included
 * @param batchTokens most tokens of a batch, padding included; a longer text is a batch of its own
 * @returns numbers of texts, batch by batch
 */
export function lengthBatches(lengths: ArrayLike<number>, batchTokens: number): Uint32Array[] {
  const order = Uint32Array.from(lengths, (_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const batches: Uint32Array[] = [];
  for (let start = 0; start < order.length;) {
    const fit = Math.max(1, Math.floor(batchTokens / Math.max(1, lengths[order[start]])));
    batches.push(order.subarray(start, start + fit));
    start += fit;
  }
  return batches;
}
