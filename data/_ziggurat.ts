/** Where the tail begins, and the area of each of the 256 layers (Doornik 2005, table 1, for 256 layers). */
const TAIL_START = 3.6541528853610088;
const LAYER_AREA = 0.00492867323399;

/** Right edge of every layer; layer 0 is widened so that it stands for the tail too. */
export const ZIGGURAT_EDGES: Float64Array = layerEdges();

/** Width of layer i over 2^23: turns 24 random bits with sign into a place in the layer. */
export const ZIGGURAT_WIDTHS: Float64Array = Float64Array.from(
  { length: 256 },
  (_, i) => ZIGGURAT_EDGES[i] / 2 ** 23,
);

/** Places of layer i below this bound lie under the curve whatever their height. */
export const ZIGGURAT_BOUNDS: Float64Array = Float64Array.from({ length: 256 }, (_, i) => {
  return ZIGGURAT_EDGES[i + 1] / ZIGGURAT_EDGES[i] * 2 ** 23;
});

function layerEdges(): Float64Array {
  const edges = new Float64Array(257);
  let height = Math.exp(-0.5 * TAIL_START ** 2);
  edges[0] = LAYER_AREA / height;
  edges[1] = TAIL_START;
  for (let i = 2; i < 256; i++) {
    height += LAYER_AREA / edges[i - 1];
    edges[i] = Math.sqrt(-2 * Math.log(height));
  }
  return edges;
}
