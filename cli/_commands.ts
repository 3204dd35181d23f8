import type { Command } from "./_command.ts";

/** Every command by name. Each is loaded when it is asked for, so that none waits for another's libraries. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  data: async () => (await import("./data.ts")).dataCommand,
  train: async () => (await import("./train.ts")).trainCommand,
  sweep: async () => (await import("./sweep.ts")).sweepCommand,
  eval: async () => (await import("./eval.ts")).evalCommand,
  encode: async () => (await import("./encode.ts")).encodeCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  push: async () => (await import("./push.ts")).pushCommand,
  serve: async () => (await import("./serve.ts")).serveCommand,
  distill: async () => (await import("./distill.ts")).distillCommand,
  teach: async () => (await import("./teach.ts")).teachCommand,
  mine: async () => (await import("./mine.ts")).mineCommand,
  soup: async () => (await import("./soup.ts")).soupCommand,
  tokenizer: async () => (await import("./tokenizer.ts")).tokenizerCommand,
  recipe: async () => (await import("./recipe.ts")).recipeCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
};
