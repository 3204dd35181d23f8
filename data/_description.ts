/** Shorter descriptions say too little to be found by. */
const MIN_LENGTH = 20;
/** Whole paragraphs are taken until there are this many characters. */
const ENOUGH_LENGTH = 400;

/**
 * A documentation comment as one plain sentence or a few: Markdown and JSDoc links become their text, code blocks,
 * headings, lists and links to reference pages go, emphasis and backticks go, and so does every code-formatted or
 * CSS-like mention of the symbol's own name ("The **`name()`** method of the X interface" becomes "The method of the X
 * interface").
 *
 * @param comment Markdown text of the comment
 * @param symbol qualified name of what it describes
 * @returns the description; undefined if fewer than 20 characters are left
 */
export function describe(comment: string, symbol: string): string | undefined {
  const paragraphs = comment.replace(/```.*?(```|$)/gs, "\n\n").split(/\n\s*\n/);
  let description = "";
  for (const paragraph of paragraphs) {
    if (description.length >= ENOUGH_LENGTH) break;
    if (/^\s*(#|[-*+] |\d+\. |>|\|)/.test(paragraph)) continue;
    description = `${description} ${plainText(paragraph, symbol)}`.trim();
  }
  return description.length < MIN_LENGTH ? undefined : description;
}

function plainText(paragraph: string, symbol: string): string {
  return withoutOwnName(paragraph, symbol)
    .replace(/\[MDN Reference\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\{@\w+\s+([^}|\s]+)(?:[|\s]+([^}]*))?\}/g, (_, target, label) => label || target)
    .replace(/https?:\/\/\S+/g, "")
    .replace(/[`]|\*\*/g, "")
    .replace(/\s+/g, " ")
    .replace(/ ([.,;:])(?=\s|$)/g, "$1")
    .trim();
}

/** Code spans whose last name is the symbol's last name, and that name as CSS spells it, are taken out. */
function withoutOwnName(paragraph: string, symbol: string): string {
  const name = symbol.slice(symbol.lastIndexOf(".") + 1);
  const cssName = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const withoutSpans = paragraph.replace(/(\*\*)?`([^`]*)`(\*\*)?/g, (span, _open, code) => {
    const bare = code.replace(/\(.*\)$/s, "").replace(/^new /, "");
    return bare === name || bare.endsWith(`.${name}`) ? "" : span;
  });
  return cssName === name ? withoutSpans : withoutSpans.replaceAll(`The ${cssName} CSS`, "The CSS");
}
