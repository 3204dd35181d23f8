import { loadRecipe, recipeJson, recipeJsonSchema } from "../recipes/mod.ts";
import { UsageError } from "./_args.ts";
import { defineCommand } from "./_command.ts";
import { print } from "./_output.ts";

/** `recipe RECIPE`: the resolved recipe, or the JSON Schema, on standard output. */
export const recipeCommand = defineCommand({
  name: "recipe",
  summary: "Print a recipe with every default filled in, as JSON",
  positionals: [
    { name: "RECIPE", required: false, description: "a .ts, .js or .json file, or a shipped recipe's name" },
  ],
  options: {
    set: {
      type: "string",
      multiple: true,
      placeholder: "PATH=VALUE",
      description: "Set a field; the value is JSON or plain text",
    },
    schema: { type: "boolean", description: "Print the JSON Schema of recipes instead" },
  },
  examples: [
    {
      command: "deno task recipe quickstart",
      does: "What `deno task train` runs when it is given no recipe",
    },
    {
      command: "deno task recipe my-recipe.ts --set training.batchSize=512 > my-recipe.json",
      does: "The same recipe with another batch size, as a JSON file that trains the same",
    },
    { command: "deno task recipe --schema > recipe.schema.json", does: "Completion and checks in an editor" },
  ],
  async run({ options, positionals: [path] }) {
    if (options.schema) return print(JSON.stringify(recipeJsonSchema(), null, 2) + "\n");
    if (path === undefined) {
      throw new UsageError("Cannot run recipe: RECIPE is missing; name a recipe, or ask for --schema");
    }
    print(recipeJson(await loadRecipe(path, options.set)));
  },
});
