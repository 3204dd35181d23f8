import type { Command } from "./_command.ts";

/** Every command by name. Each is loaded when it is asked for, so that none waits for another's libraries. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  train: async () => (await import("./train.ts")).trainCommand,
  eval: async () => (await import("./eval.ts")).evalCommand,
  encode: async () => (await import("./encode.ts")).encodeCommand,
  recipe: async () => (await import("./recipe.ts")).recipeCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
};
