/**
 * Does something with every item, some at a time, in order. When one fails no more is begun; what is under way ends first.
 *
 * @param items The items.
 * @param most How many at a time, 1 or more.
 * @param work What is done with each.
 */
export async function inParallel<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const take = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      await work(items[next++]).catch((error) => void failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: most }, take));
  if (failures.length > 0) throw failures[0];
}
