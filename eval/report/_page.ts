import { createHash } from "node:crypto";
import { Markup, markup } from "./_markup.ts";
import { STYLE } from "./_style.ts";

/** A part of a page with a heading; the page links to it. */
export interface Section {
  /** Id in the page; unique. */
  id: string;
  /** Heading. */
  title: string;
  /** What stands under it. */
  body: Markup;
}

/** What a page consists of. */
export interface PageParts {
  /** Title of the page, also its first heading. */
  title: string;
  /** What stands before the sections. */
  intro: Markup;
  /** The sections in order. */
  sections: readonly Section[];
  /** What stands at the end. */
  footer: Markup;
  /** Markup for the head, such as that of a page that refreshes itself. */
  head?: Markup;
  /** A script that the page needs; it alone may run. */
  script?: string;
}

/**
 * One HTML file that needs nothing else: its policy forbids every request, and every script but its own.
 *
 * @param parts {@link PageParts}
 */
export function page({ title, intro, sections, footer, head, script }: PageParts): string {
  const scripts = script === undefined ? "" : ` script-src '${hashOf(script)}';`;
  const policy =
    `default-src 'none'; style-src 'unsafe-inline';${scripts} base-uri 'none'; form-action 'none'`;
  const links = sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>\n`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<h1>${title}</h1>
<nav aria-label="Sections"><ul>${links}</ul></nav>
</header>
<main id="main" tabindex="-1">
${intro}
${sections.map(sectionOf)}</main>
<footer>${footer}</footer>
${script !== undefined && markup`<script>${new Markup(script)}</script>\n`}</body>
</html>
`.text;
}

function sectionOf({ id, title, body }: Section): Markup {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`;
}

function hashOf(script: string): string {
  return `sha256-${createHash("sha256").update(script).digest("base64")}`;
}
