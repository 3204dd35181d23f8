/**
 * Removes a folder that holds unfinished work, at once, as a signal's handler must. It never throws: what failed or was
 * stopped is the user's news, not a folder that was never made or could not be removed.
 *
 * @param folder Its path.
 */
export function removeQuietly(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    // It was never made, has its name already, or stays behind with an unfinished folder's name.
  }
}
