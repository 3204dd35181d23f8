/** HTML that is known to be safe: what {@link markup} made of a template, every value in it escaped. */
export class Markup {
  /** The markup. */
  readonly text: string;

  /** @param text markup that is safe as it is */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text, which is escaped, markup, which is not, or several of them. */
export type MarkupValue = string | number | Markup | null | undefined | false | readonly MarkupValue[];

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A template whose values are escaped: `` markup`<p title="${title}">${text}</p>` ``. Lists are joined; null, undefined
 * and false leave nothing.
 */
export function markup(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  return new Markup(strings.reduce((text, part, i) => text + written(values[i - 1]) + part));
}

function written(value: MarkupValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(written).join("");
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
}
