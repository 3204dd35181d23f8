/**
 * What is wrong with writing a file, and the cure.
 *
 * @param error What the operating system answered.
 * @returns The second half of a sentence.
 */
export function fileFault(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === "ENOSPC") return "no space is left on the disk; free some, or write elsewhere";
  if (code === "EISDIR") return "it is a folder; name a file";
  if (code === "ENOTDIR") return "what should be its folder is a file; choose another place";
  if (code === "ENAMETOOLONG") return "its name is too long; choose a shorter one";
  if (error instanceof Deno.errors.NotFound) return "its folder does not exist; create it";
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be written; choose another folder";
  return `${(error as Error).message}; choose another place`;
}
