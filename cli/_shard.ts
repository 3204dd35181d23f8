import { UsageError } from "./_args.ts";

/** One of several equal parts of the input. */
export interface Shard {
  /** Which, from 0. */
  index: number;
  /** How many there are. */
  count: number;
}

/** All of the input. */
export const WHOLE: Shard = { index: 0, count: 1 };

/**
 * Reads `3/8`: the third of eight parts.
 *
 * @param text The option's value.
 * @throws {UsageError} If it is no such pair.
 */
export function parseShard(text: string): Shard {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [number, count] = [Number(part), Number(parts)];
  if (number >= 1 && number <= count && Number.isSafeInteger(count)) return { index: number - 1, count };
  throw new UsageError(
    `Cannot read --shard ${text}: it is no part of a whole, counted from 1; write 1/8 to 8/8`,
  );
}

/**
 * Where a shard begins and ends among so many things. Shards touch and together are the whole.
 *
 * @param shard The shard.
 * @param total How many things there are: bytes, or rows.
 */
export function shardRange({ index, count }: Shard, total: number): { start: number; end: number } {
  const boundary = (part: number): number => part === count ? total : Math.floor(total / count * part);
  return { start: boundary(index), end: boundary(index + 1) };
}
