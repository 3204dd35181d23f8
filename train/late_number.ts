/** A number that a device has been told to compute. Reading it waits until it has. */
export interface LateNumber {
  /** Gives the number, as often as it is asked. */
  read(): Promise<number>;
}

/** A number that is known already. */
export function knownNumber(value: number): LateNumber {
  return { read: () => Promise.resolve(value) };
}
