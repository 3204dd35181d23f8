/** The style of every report: system fonts, light and dark by the reader's settings, one column on a phone, and print. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --card: #f6f7f9; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --link: #0550ae;
  --series-1: #0969da; --series-2: #bc4c00; --series-3: #1a7f37; --series-4: #8250df; --series-5: #9a6700;
  --series-6: #bf3989; --good: #1a7f37; --bad: #cf222e; --mark: #fff8c5;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --text: #e6edf3; --soft: #9da7b3; --line: #3d444d; --link: #79c0ff;
    --series-1: #58a6ff; --series-2: #f0883e; --series-3: #56d364; --series-4: #bc8cff; --series-5: #e3b341;
    --series-6: #f778ba; --good: #56d364; --bad: #ff7b72; --mark: #3b2e00;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 1rem 1.25rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
p, ul { margin: 0.5rem 0; max-width: 46rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; padding: 0.25rem 0.75rem; background: var(--page); z-index: 1; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; max-width: none; }
.whole { white-space: nowrap; }
.soft { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; margin: 1rem 0; }
figure { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
figcaption { margin-bottom: 0.5rem; }
figcaption p { font-size: 0.875rem; color: var(--soft); margin: 0.25rem 0; }
svg { display: block; overflow: visible; width: 100%; height: auto; max-width: 31rem; }
svg text { fill: var(--text); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; margin: 0.25rem 0; padding: 0; font-size: 0.875rem; }
.legend svg { display: inline-block; width: 1.75rem; height: 0.75rem; margin-right: 0.375rem; vertical-align: middle; }
details { margin-top: 0.5rem; font-size: 0.875rem; }
summary { cursor: pointer; padding: 0.125rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 1rem 0; }
figure .scroll { margin: 0.25rem 0 0; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: 0.25rem 0; }
th, td { padding: 0.25rem 0.625rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; }
thead th { vertical-align: bottom; }
tbody th, th.text, td.text { text-align: left; }
td.text { white-space: normal; }
td small { display: block; color: var(--soft); }
.better { color: var(--good); font-weight: 600; }
.worse { color: var(--bad); font-weight: 600; }
.query { border: 1px solid var(--line); border-radius: 8px; padding: 0.5rem 0.875rem; background: var(--card); }
.query summary { font-size: 1rem; }
.query ol, .query ul { padding-left: 1.5rem; max-width: none; }
.query li { margin: 0.375rem 0; overflow-wrap: anywhere; }
.relevant { background: var(--mark); border-radius: 3px; padding: 0 0.25rem; font-weight: 600; }
footer { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--line); font-size: 0.875rem; color: var(--soft); }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  th, td { white-space: normal; padding: 0.125rem 0.375rem; }
  .charts { grid-template-columns: 1fr; }
  svg { max-width: 24rem; }
  details::details-content { content-visibility: visible; height: auto; }
  figure, .query { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
