/** Token ids of many texts: text `i` is `ids[offsets[i] .. offsets[i + 1])`. */
export interface TokenBags {
  /** Token ids of all texts, one after the other. */
  ids: Int32Array;
  /** Where each text begins in `ids`; one entry more than there are texts, the first is 0. */
  offsets: Int32Array;
}
