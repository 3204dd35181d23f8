/** Most places of a drawn line: more than a screen can tell apart. */
const MOST = 500;

/**
 * Leaves out entries at even distances where there are too many; the first and the last stay.
 *
 * @param entries any entries
 * @param most how many may stay, from 2
 */
export function thinned<T>(entries: readonly T[], most: number = MOST): T[] {
  if (entries.length <= most) return [...entries];
  const step = (entries.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => entries[Math.round(i * step)]);
}
