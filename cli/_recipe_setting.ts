import type { Option } from "./_command.ts";

/** The option `--set` of the commands that read one recipe. */
export const RECIPE_SETTING = {
  type: "string",
  multiple: true,
  placeholder: "PATH=VALUE",
  description: "Set a field of the recipe; the value is JSON or plain text",
} as const satisfies Option;
