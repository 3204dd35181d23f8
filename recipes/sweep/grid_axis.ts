import { readValue } from "../overrides.ts";

/** Fields of a recipe that a sweep varies, together where there are several. */
export interface GridAxis {
  /** Dotted paths of the fields. */
  paths: string[];
  /** What they are set to, one entry a step of the axis, in it one text a path. */
  texts: string[][];
}

const OPENING = "[{";
const CLOSING = "]}";

/**
 * Reads an axis of a grid: `training.learningRate=0.05,0.1,0.2`, or with fields that change together
 * `model.dim&loss.dims=64&[32,64],256&[64,256]`. Values are JSON or text, as overrides are; a comma or `&` inside
 * brackets, braces or quotes belongs to the value.
 *
 * @param text as on the command line
 * @returns the axis, with one value or more
 * @throws {SyntaxError} if it is not of that form
 * @throws {RangeError} if a value or a path is there twice
 */
export function parseGridAxis(text: string): GridAxis {
  const refuse = (reason: string, cure: string): never => {
    throw new SyntaxError(`Cannot read --grid ${text}: ${reason}; ${cure}`);
  };
  const equals = text.indexOf("=");
  const paths = text.slice(0, Math.max(equals, 0)).split("&").map((path) => path.trim());
  if (paths.some((path) => path === "" || path.split(".").includes(""))) {
    refuse(
      "it is not of the form PATH=VALUE,VALUE",
      "write, for example, --grid training.learningRate=0.1,0.2",
    );
  }
  const values = partOutside(text.slice(equals + 1), ",");
  if (values === undefined) refuse("a bracket or quote is not closed", "close it");
  const texts = values!.map((value) => paths.length === 1 ? [value] : partOutside(value, "&")!);
  for (const each of texts) {
    if (each.includes("")) refuse("a value is missing", 'write "" for an empty text');
    if (each.length !== paths.length) {
      refuse(`${each.join("&")} is not a value for each of ${paths.join(", ")}`, "part them by &");
    }
  }
  const twice = duplicate(paths) ?? duplicate(texts.map((values) => JSON.stringify(values.map(readValue))));
  if (twice === undefined) return { paths, texts };
  throw new RangeError(`Cannot read --grid ${text}: ${twice} is there twice; name each once`);
}

/** Parts a text at a mark that stands outside of brackets, braces and quotes; undefined if one of these is not closed. */
function partOutside(text: string, mark: string): string[] | undefined {
  const parts: string[] = [];
  let [start, depth, isQuoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (isQuoted && letter === "\\") i++;
    // A quote inside of a plain text is a letter like others.
    else if (letter === '"' && (isQuoted || depth > 0 || text.slice(start, i).trim() === "")) {
      isQuoted = !isQuoted;
    } else if (isQuoted) continue;
    else if (OPENING.includes(letter)) depth++;
    else if (CLOSING.includes(letter)) depth--;
    else if (letter === mark && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return isQuoted || depth !== 0 ? undefined : [...parts, text.slice(start).trim()];
}

function duplicate(texts: readonly string[]): string | undefined {
  return texts.find((text, i) => texts.indexOf(text) < i);
}
