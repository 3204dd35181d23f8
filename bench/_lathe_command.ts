/** Runs a command of Lathe in a process of its own and prints it as one would type it; a failure ends the program. */
export async function lathe(...args: readonly string[]): Promise<void> {
  console.log(["deno task", ...args.map(quoted)].join(" "));
  const main = new URL("../cli/main.ts", import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", main, ...args],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim().split("\n").at(-1));
}

function quoted(arg: string): string {
  return /[{}"\s]/.test(arg) ? `'${arg}'` : arg;
}
