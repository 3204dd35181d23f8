import { agree, describeRanks } from "./agree.ts";
import type { Communicator } from "./communicator.ts";

/**
 * Makes sure that something is the same in all processes: all go on, or none.
 *
 * @param what what those have that differ, such as "another recipe"
 * @param text what is compared
 * @throws {RangeError | AgreedError} naming the ranks that differ from rank 0
 */
export async function checkSame(processes: Communicator, what: string, text: string): Promise<void> {
  const others = await processes.differing(text);
  await agree(processes, () => {
    if (others.length === 0) return;
    const have = others.length === 1 ? "has" : "have";
    throw new RangeError(
      `Cannot train in ${processes.size} processes: ${describeRanks(others)} ${have} ${what} than rank 0; ` +
        "give all the same",
    );
  });
}
