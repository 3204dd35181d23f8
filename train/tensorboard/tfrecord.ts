import { maskedCrc32c } from "./_crc32c.ts";

/** Bytes of a record beside its data: length, checksum of the length, checksum of the data. */
const [LENGTH, CHECKSUM] = [8, 4];

/**
 * Frames data as a TFRecord: its length (uint64), the length's masked CRC-32C, the data, the data's masked CRC-32C; all
 * little-endian.
 *
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 *
 * @param data any bytes
 * @returns the record
 */
export function tfrecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(LENGTH + CHECKSUM + data.length + CHECKSUM);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(LENGTH, maskedCrc32c(record.subarray(0, LENGTH)), true);
  record.set(data, LENGTH + CHECKSUM);
  view.setUint32(LENGTH + CHECKSUM + data.length, maskedCrc32c(data), true);
  return record;
}
