import type { Communicator } from "./communicator.ts";

/** What another process failed at, or this one too: all of them have heard of it. */
export class AgreedError extends Error {
  /** An error with the message that all processes know. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AgreedError";
  }
}

/**
 * Does in every process what may fail in some, and then fails in all or in none.
 *
 * @returns what this process's work gives
 * @throws {AgreedError} if the work failed in any process: with its message, and the ranks unless all failed alike. In
 * rank 0, its own error if it has one
 */
export async function agree<T>(processes: Communicator, work: () => T | Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  let fault: unknown;
  try {
    result = { value: await work() };
  } catch (error) {
    fault = error;
  }
  const own = result === undefined ? `-${fault instanceof Error ? fault.message : fault}` : "+";
  const all = await processes.gatherTexts(own);
  const first = all.findIndex((text) => text !== "+");
  if (first < 0) return result!.value;
  if (processes.rank === 0 && result === undefined) throw fault;
  const ranks = all.flatMap((text, rank) => text === all[first] ? [rank] : []);
  const where = ranks.length === all.length ? "" : `${describeRanks(ranks)}: `;
  throw new AgreedError(where + all[first].slice(1), { cause: fault });
}

/** `rank 3`, `ranks 1 and 3`, `ranks 1, 2 and 3`. */
export function describeRanks(ranks: readonly number[]): string {
  if (ranks.length === 1) return `rank ${ranks[0]}`;
  return `ranks ${ranks.slice(0, -1).join(", ")} and ${ranks.at(-1)}`;
}
