import crc32c from "crc-32/crc32c";

/** What is added to a checksum that is stored beside its data, so that checksums of checksums do not cancel out. */
const MASK_DELTA = 0xa282ead8;

/**
 * The masked CRC-32C (Castagnoli) of TFRecord: the checksum turned right by 15 bits, plus a constant.
 *
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 *
 * @param bytes any bytes
 * @returns 0 to 2^32 - 1
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const checksum = crc32c.buf(bytes) >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + MASK_DELTA) >>> 0;
}
