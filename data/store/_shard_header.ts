import { crc32 } from "node:zlib";
import type { ShardFacts } from "./_shard_facts.ts";

/** Groups that the rows of every shard lie in, by the top bits of their hashes. */
export const GROUPS = 1024;

/** Bits of a row's hash, from the top, that tell its group. */
export const GROUP_BITS = 10;

/** Version of the format; it is part of a store's key. */
export const SHARD_VERSION = 1;

/** The first eight bytes of every shard. */
const MAGIC = new TextEncoder().encode("lathetok");

/** Magic, version, bytes of the JSON. */
const PREFIX_BYTES = 16;

/** Rows and payload bytes of every group. */
const INDEX_BYTES = 8 * GROUPS;

/** What a shard says of itself. */
export interface ShardDescription {
  /** Place of its unit among those of the store. */
  unit: number;
  /** Place of the shard in its unit. */
  part: number;
  /** First row of the unit that it was made from. */
  start: number;
  /** Row of the unit behind the last one. */
  end: number;
  /** Whether its unit ends with it. */
  last: boolean;
  /** Text columns. */
  columns: number;
  /** Labels of a row; 0 without labels. */
  labelWidth: number;
  /** Bytes of a token id. */
  idBytes: 2 | 4;
  /** Rows that it holds: those of `start .. end` that can be used. */
  rows: number;
  /** What was counted while it was made. */
  facts: ShardFacts;
}

/** A shard's description and where its groups lie. */
export interface ShardHeader extends ShardDescription {
  /** Rows before every group, and behind the last: one entry more than there are groups. */
  rowStarts: Uint32Array;
  /** Bytes of the payload before every group, and behind the last. */
  payloadStarts: Uint32Array;
  /** Bytes of the header. */
  headerBytes: number;
}

/** Bytes that a row takes in the part that holds hashes of rows and lengths of texts. */
export function fixedBytes(columns: number): number {
  return 8 + 4 * columns;
}

/** Where the pieces of the groups `group` begin in the part of hashes and lengths; each ends with four bytes of CRC. */
export function fixedOffset({ headerBytes, rowStarts, columns }: ShardHeader, group: number): number {
  return headerBytes + rowStarts[group] * fixedBytes(columns) + 4 * group;
}

/** Where the payload of a group begins. */
export function payloadOffset(header: ShardHeader, group: number): number {
  return fixedOffset(header, GROUPS) + header.payloadStarts[group];
}

/** Bytes of the whole file. */
export function shardBytes(header: ShardHeader): number {
  return payloadOffset(header, GROUPS);
}

/**
 * The header's bytes: magic, version, bytes of the JSON; rows of every group and bytes of its payload (uint32 each); the
 * description as JSON, padded to whole words; CRC-32 of all that. Numbers are little-endian, as on every machine that
 * Deno runs on.
 *
 * @param groupRows rows of every group
 * @param groupBytes bytes of every group's payload
 */
export function encodeHeader(
  description: ShardDescription,
  groupRows: Uint32Array,
  groupBytes: Uint32Array,
): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(description));
  const jsonBytes = 4 * Math.ceil(json.length / 4);
  const bytes = new Uint8Array(PREFIX_BYTES + INDEX_BYTES + jsonBytes + 4);
  const words = new Uint32Array(bytes.buffer);
  bytes.set(MAGIC);
  words[2] = SHARD_VERSION;
  words[3] = jsonBytes;
  words.set(groupRows, PREFIX_BYTES / 4);
  words.set(groupBytes, PREFIX_BYTES / 4 + GROUPS);
  bytes.fill(0x20, PREFIX_BYTES + INDEX_BYTES, bytes.length - 4);
  bytes.set(json, PREFIX_BYTES + INDEX_BYTES);
  words[words.length - 1] = crc32(bytes.subarray(0, -4));
  return bytes;
}

/**
 * Reads a header.
 *
 * @param read gives the file's bytes `start .. end`, or fewer where it ends before
 * @returns the header; a word on what is wrong, if it is not whole or of another version
 */
export function decodeHeader(read: (start: number, end: number) => Uint8Array): ShardHeader | string {
  const prefix = read(0, PREFIX_BYTES);
  if (prefix.length < PREFIX_BYTES) return "its header is cut off";
  if (MAGIC.some((byte, i) => prefix[i] !== byte)) return "it does not begin as a shard";
  const [version, jsonBytes] = new Uint32Array(prefix.slice(8).buffer);
  if (version !== SHARD_VERSION) return `it is of version ${version}, not ${SHARD_VERSION}`;
  const headerBytes = PREFIX_BYTES + INDEX_BYTES + jsonBytes + 4;
  const bytes = read(0, headerBytes).slice();
  if (bytes.length < headerBytes) return "its header is cut off";
  const words = new Uint32Array(bytes.buffer, 0, headerBytes >> 2);
  if (crc32(bytes.subarray(0, -4)) !== words[words.length - 1]) return "its header has another checksum";
  const json = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES + INDEX_BYTES, -4));
  const at = PREFIX_BYTES / 4;
  return {
    ...JSON.parse(json) as ShardDescription,
    rowStarts: sumsBefore(words.subarray(at, at + GROUPS)),
    payloadStarts: sumsBefore(words.subarray(at + GROUPS, at + 2 * GROUPS)),
    headerBytes,
  };
}

/** The sum of all entries before each, and of all. */
function sumsBefore(counts: Uint32Array): Uint32Array {
  const sums = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) sums[i + 1] = sums[i] + counts[i];
  return sums;
}
