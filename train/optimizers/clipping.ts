/**
 * Factor that brings a gradient down to a largest global norm, as PyTorch's `clip_grad_norm_` computes it.
 *
 * @param norm norm of the whole gradient
 * @param maxNorm largest norm, or null for no clipping
 */
export function clippingFactor(norm: number, maxNorm: number | null): number {
  return maxNorm === null ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
}
