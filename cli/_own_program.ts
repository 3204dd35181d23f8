/**
 * What starts this program anew, to be followed by a command and its arguments: the file itself where it is compiled,
 * else Deno with the command line's module.
 *
 * @returns The executable and the arguments that come first.
 */
export function ownProgram(): { executable: string; first: string[] } {
  const main = new URL("main.ts", import.meta.url).href;
  return { executable: Deno.execPath(), first: Deno.build.standalone ? [] : ["run", "-A", main] };
}
