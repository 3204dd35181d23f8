/** A label and the row that it was found in. */
export interface LabelWitness {
  /** The label, as float32. */
  value: number;
  /** The row, from 0. */
  row: number;
}

/** What is known of all labels of a data set without looking at them again, each fact with a row as its witness. */
export interface LabelFacts {
  /** The smallest. */
  min: LabelWitness;
  /** The largest. */
  max: LabelWitness;
  /** The first that is not a whole number, if there is one. */
  fraction?: LabelWitness;
  /** The first that is neither 0 nor 1, if there is one. */
  other?: LabelWitness;
}

/** Goes through labels in the order of their rows and keeps what is known of them. */
export class LabelSurvey {
  #facts: LabelFacts | undefined;

  /** What is known; undefined before the first label. */
  get facts(): LabelFacts | undefined {
    return this.#facts;
  }

  /** Takes in the next label. */
  see(value: number, row: number): void {
    const facts = this.#facts ??= { min: { value, row }, max: { value, row } };
    if (value < facts.min.value) facts.min = { value, row };
    if (value > facts.max.value) facts.max = { value, row };
    if (facts.fraction === undefined && !Number.isInteger(value)) facts.fraction = { value, row };
    if (facts.other === undefined && value !== 0 && value !== 1) facts.other = { value, row };
  }

  /**
   * Takes in what is known of the rows that follow.
   *
   * @param rows rows before these, which counted theirs from 0
   */
  join({ min, max, fraction, other }: LabelFacts, rows: number): void {
    const witnesses = [min, max, fraction, other].filter((witness) => witness !== undefined);
    witnesses.sort((a, b) => a.row - b.row);
    for (const { value, row } of witnesses) this.see(value, rows + row);
  }
}
