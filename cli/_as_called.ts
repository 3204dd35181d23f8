/**
 * A help text with its commands as they are called here: `deno task train` where Lathe runs from its sources, `lathe
 * train` where it is a program of its own, which the bundle's launcher says by LATHE_PROGRAM.
 */
export function asCalled(text: string): string {
  const isProgram = Deno.build.standalone || Deno.env.get("LATHE_PROGRAM") !== undefined;
  return isProgram ? text.replaceAll("deno task ", "lathe ") : text;
}
