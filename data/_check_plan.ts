/** Rows of a pass are numbered with 32 bits. */
const MOST_ROWS = 2 ** 32 - 1;

/**
 * Checks what batches are planned from.
 *
 * @throws {RangeError} if the batch size or the number of epochs is not a whole number from 1 on, a data set is empty or too
 * large, or the batch is larger than every data set
 */
export function checkPlan(
  datasets: readonly { readonly rowCount: number }[],
  { batchSize, epochs }: { batchSize: number; epochs: number },
): void {
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot plan batches: ${problem}`);
  };
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    refuse(`batch size ${batchSize} is not from 1 on; give a whole number`);
  }
  if (!Number.isInteger(epochs) || epochs < 1) {
    refuse(`${epochs} epochs are not from 1 on; give a whole number`);
  }
  if (datasets.length === 0) refuse("there is no data set; give at least one");
  const empty = datasets.findIndex(({ rowCount }) => rowCount === 0);
  if (empty >= 0) refuse(`data set ${empty} has no rows; leave it out`);
  const largest = datasets.reduce((most, { rowCount }) => Math.max(most, rowCount), 0);
  if (largest > MOST_ROWS) refuse(`a data set has ${largest} rows; take at most ${MOST_ROWS} of it`);
  if (batchSize > largest) {
    refuse(
      `batch size ${batchSize} is larger than every data set; the largest has ${largest} ${
        largest === 1 ? "row" : "rows"
      }, lower batchSize`,
    );
  }
}
