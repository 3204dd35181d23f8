/** The largest resident memory of this process so far, in MiB (Linux). */
export async function peakMebibytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024);
}
