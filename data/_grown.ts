/** A typed array that can grow. */
type Growable = Int32Array | Uint32Array | Uint16Array | Float32Array;

/** The array itself if it holds `length` entries, else a copy of at least twice its size. */
export function grown<T extends Growable>(array: T, length: number): T {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
