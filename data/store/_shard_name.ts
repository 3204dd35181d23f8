/** File name of a shard: the place of its unit in the store and its own in the unit. */
export function shardName(unit: number, part: number): string {
  return `shard-${String(unit).padStart(6, "0")}-${String(part).padStart(3, "0")}.bin`;
}

/** Whether a file name is that of a shard. */
export function isShardName(name: string): boolean {
  return /^shard-\d{6,}-\d{3,}\.bin$/.test(name);
}
