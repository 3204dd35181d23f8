/** Reports in a real headless browser: no request, no script, keyboard, light and dark, phone width, print. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { compareReports, htmlReport, scoreRows, trainingReport } from "../eval/mod.ts";
import { testReport } from "../eval/report/_test_report.ts";

/** Where Debian and others put it; `LATHE_CHROMIUM` may name another. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** What a browser without a network and a sandbox of its own needs. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];

async function findBrowser(): Promise<string | undefined> {
  for (const path of [Deno.env.get("LATHE_CHROMIUM"), ...PLACES]) {
    if (path && await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return undefined;
}

const executablePath = await findBrowser();
if (executablePath === undefined) {
  console.log(`skipped: no browser for the tests of reports at ${PLACES.join(", ")}; set LATHE_CHROMIUM`);
}

/** Opens a report in a page; fails on requests, on messages of the console and on errors. */
async function withReport(
  text: string,
  use: (page: Page, browser: Browser) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const path = join(folder, "report.html");
    await Deno.writeTextFile(path, text);
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const faults: string[] = [];
    page.on("request", (request) => request.url() !== `file://${path}` && faults.push(request.url()));
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`file://${path}`);
    await use(page, browser);
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function report(): Promise<string> {
  const [first, second] = [testReport(), testReport({ subject: "runs/better", shift: 0.2 })];
  const all = (median: number): { median: number; low: number; high: number } => ({
    median,
    low: median,
    high: median,
  });
  const speed = {
    texts: 100,
    tokens: 900,
    repeats: 7,
    sizes: [2, 4].map((size) => ({
      size,
      textsPerSecond: all(40_000 / size),
      tokensPerSecond: all(1e6),
      textMilliseconds: all(0.1),
    })),
    modelBytes: 1e6,
    startMilliseconds: all(200),
  };
  return await htmlReport({
    title: "A report",
    subjects: [first, second].map((report) => ({
      report,
      rows: scoreRows(report, { resamples: 200 }),
      speed,
    })),
    comparisons: [compareReports({ name: "small", report: first }, { name: "better", report: second })],
  });
}

/** Luminance contrast of two colours as `rgb(...)`; 4.5 is what WCAG AA asks of text, 3 of lines. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = color.match(/[\d.]+/g)!.slice(0, 3).map((part) => Number(part) / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const colorOf = (selector: string, property: string): string =>
  `getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`;

Deno.test({
  name: "a report reads well in light and dark: text and lines stand out, and colours differ",
  ignore: executablePath === undefined,
  fn: async () => {
    await withReport(await report(), async (page) => {
      const backgrounds: string[] = [];
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const read = (selector: string, property: string): Promise<string> =>
          page.evaluate(colorOf(selector, property));
        const card = await read("figure", "backgroundColor");
        backgrounds.push(await read("body", "backgroundColor"));
        assert.ok(contrast(await read("body", "color"), backgrounds.at(-1)!) >= 7);
        assert.ok(contrast(await read(".soft, figcaption p", "color"), card) >= 4.5);
        assert.ok(contrast(await read("figure svg[role=img] text", "fill"), card) >= 7);
        const lines: string[] = await page.evaluate(
          `[...document.querySelectorAll(".legend line")].map((line) => getComputedStyle(line).stroke)`,
        );
        assert.ok(new Set(lines).size >= 3);
        for (const line of new Set(lines)) assert.ok(contrast(line, card) >= 3, `${line} on ${card}`);
      }
      assert.notEqual(backgrounds[0], backgrounds[1]);
    });
  },
});

Deno.test({
  name: "a report is used without a mouse: skip link, links, tables that open and move",
  ignore: executablePath === undefined,
  fn: async () => {
    await withReport(await report(), async (page) => {
      const focused = (): Promise<string> =>
        page.evaluate(
          `document.activeElement.tagName + " " + document.activeElement.textContent.slice(0, 30)`,
        );
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "A Skip to the report");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "A Comparison");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "SUMMARY Numbers");
      const before: number = await page.evaluate(`document.querySelectorAll("details[open]").length`);
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(`document.querySelectorAll("details[open]").length`), before + 1);
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(`document.activeElement.getAttribute("role")`), "region");
      const moved = `document.activeElement.scrollLeft`;
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(`${moved} > 0`);
      const outline: string = await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`);
      assert.equal(outline, "solid");
    });
  },
});

Deno.test({
  name: "a reader who does not see the charts is told their titles and has their numbers",
  ignore: executablePath === undefined,
  fn: async () => {
    await withReport(await report(), async (page) => {
      const names: string[] = await page.evaluate(
        `[...document.querySelectorAll("svg[role=img]")].map((svg) => svg.querySelector("title").textContent)`,
      );
      for (const name of names) {
        assert.ok(await page.getByRole("img", { name, exact: true }).count() >= 1, name);
      }
      const headings: string[] = await page.evaluate(
        `[...document.querySelectorAll("h1, h2, h3")].map((heading) => heading.tagName)`,
      );
      assert.equal(headings.filter((tag) => tag === "H1").length, 1);
      assert.deepEqual(await page.getByRole("navigation").getByRole("link").allTextContents(), [
        "Comparison",
        "Scores",
        "Truncation",
        "Quality against bytes",
        "Quality against speed",
        "Worst queries",
      ]);
    });
  },
});

Deno.test({
  name: "a report fits a phone and a sheet of paper, where the tables are open",
  ignore: executablePath === undefined,
  fn: async () => {
    await withReport(await report(), async (page) => {
      await page.setViewportSize({ width: 360, height: 800 });
      const [content, window]: number[] = await page.evaluate(
        `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`,
      );
      assert.equal(content, window);
      const smallest: number = await page.evaluate(
        `Math.min(...[...document.querySelectorAll("svg[role=img] text")].filter((text) => text.textContent)
          .map((text) => text.getBoundingClientRect().height))`,
      );
      assert.ok(smallest >= 10, `text of ${smallest} pixels`);
      await page.emulateMedia({ media: "print" });
      const height: number = await page.evaluate(
        `document.querySelector("figure details table").getBoundingClientRect().height`,
      );
      assert.ok(height > 0);
      assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
    });
  },
});

Deno.test({
  name: "a running training's page reads itself anew until it is switched off, and keeps the switch",
  ignore: executablePath === undefined,
  fn: async () => {
    const records = [10, 20].map((step) => ({
      kind: "train" as const,
      step,
      loss: 3 - step / 10,
      learningRate: 0.1,
      gradientNorm: 1,
      pairsPerSecond: 5000,
    }));
    const text = await trainingReport(records, { title: "A training", refreshSeconds: 0.2 });
    await withReport(text, async (page) => {
      await page.waitForEvent("load");
      const box = page.getByRole("checkbox");
      await box.focus();
      await page.waitForEvent("load");
      await page.waitForFunction(`document.activeElement.id === "refresh"`);
      await page.keyboard.press("Space");
      assert.equal(await box.isChecked(), false);
      let loads = 0;
      page.on("load", () => loads++);
      await page.waitForTimeout(600);
      assert.equal(loads, 0);
      await page.reload();
      assert.equal(await page.getByRole("checkbox").isChecked(), false);
    });
  },
});
