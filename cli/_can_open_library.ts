/** Whether the system's loader, which knows its search path and its cache, opens a shared library of that name. */
export function canOpenLibrary(name: string): boolean {
  try {
    Deno.dlopen(name, {}).close();
    return true;
  } catch {
    return false;
  }
}
