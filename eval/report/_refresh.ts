import { Markup, markup } from "./_markup.ts";

/** What makes a page read itself anew. */
export interface RefreshParts {
  /** For the head: does it where scripts are switched off. */
  head: Markup;
  /** Switches it on and off. */
  control: Markup;
  /** Does it, unless it is switched off or a table is open; keeps switch and focus. */
  script: string;
}

/**
 * What a page needs to read itself anew.
 *
 * @param seconds after how long
 */
export function refreshParts(seconds: number): RefreshParts {
  return {
    head: markup`<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>\n`,
    control:
      markup`<p><label><input type="checkbox" id="refresh" checked> Read the page anew every ${seconds} seconds
(waits while a table is open)</label></p>`,
    script: `"use strict";
const box = document.getElementById("refresh");
const kept = (name, value) => {
  try {
    if (value === undefined) return sessionStorage.getItem("lathe-" + name);
    sessionStorage.setItem("lathe-" + name, value);
  } catch { /* a page without storage starts anew */ }
};
if (kept("refresh") === "off") box.checked = false;
if (kept("focus") === "on") box.focus({ preventScroll: true });
kept("focus", "off");
box.addEventListener("change", () => kept("refresh", box.checked ? "on" : "off"));
setInterval(() => {
  const busy = document.querySelector("details[open]") !== null ||
    (document.activeElement !== document.body && document.activeElement !== box);
  if (!box.checked || busy) return;
  kept("focus", document.activeElement === box ? "on" : "off");
  location.reload();
}, ${1000 * seconds});`,
  };
}
