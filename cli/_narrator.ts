import type { SuiteReport } from "../eval/mod.ts";
import type { RunEvent } from "../recipes/run.ts";
import { printError } from "./_output.ts";
import { Progress } from "./_progress.ts";

/** Tells on standard error what a run does: a line for each stage, a moving line within it. */
export class Narrator {
  readonly #quiet: boolean;
  #progress: Progress | undefined;
  #stage = "";
  #loss = "";

  /** @param quiet whether nothing is told */
  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  /** Tells one event. */
  tell(event: RunEvent): void {
    switch (event.kind) {
      case "rows":
        return this.#moving(`rows of ${event.dataset}`, "rows").update(event.rows, { total: event.total });
      case "wait":
        return this.#line(`another process prepares ${event.dataset}: waiting for it`);
      case "data":
        return this.#line(describeData(event));
      case "device":
        return this.#line(
          event.resumedFrom === 0
            ? event.description
            : `${event.description}, resumed after step ${event.resumedFrom}`,
        );
      case "matched":
        return this.#line(
          `${event.rows} of ${event.vocab} rows taken from another model${
            event.averaged === undefined ? "" : `, ${event.averaged} averaged from its rows`
          }`,
        );
      case "tried":
        return this.#line(
          `start ${event.draw}: loss ${event.loss.toFixed(4)} on batches it was not trained on`,
        );
      case "step":
        return this.#moving("steps", "steps").update(event.step, {
          total: event.totalSteps,
          note: `${event.pairs} pairs a step  ${this.#loss}`,
        });
      case "log":
        this.#loss = `loss ${event.loss.toFixed(4)}`;
        return this.#line(
          `step ${event.step}  ${this.#loss}  rate ${event.learningRate.toPrecision(3)}  norm ${
            event.gradientNorm.toPrecision(3)
          }`,
        );
      case "pass":
        if (event.unusedRows === 0) return;
        return this.#line(
          `${event.dataset}: ${event.unusedRows.toLocaleString("en-US")} rows left out of pass ${
            event.pass + 1
          } (duplicates, or a curriculum)`,
        );
      case "scoring":
        return this.#moving("texts", "texts").update(event.texts, {
          total: event.totalTexts,
          note: event.collection,
        });
      case "scores":
        return this.#line(`scores after step ${event.step}: ${mainScores(event.report)}`);
      case "best":
        return this.#line(
          `${event.isEarly ? "ended early: " : ""}best evaluation after step ${event.step}, ${
            event.score.toFixed(4)
          }`,
        );
      case "saved":
        return this.#line(`saved ${event.path}`);
    }
  }

  /** Takes the moving line away. */
  finish(): void {
    this.#progress?.finish();
    this.#progress = undefined;
    this.#stage = "";
  }

  #line(text: string): void {
    if (this.#stage !== "steps") this.finish();
    else this.#progress?.finish();
    if (!this.#quiet) printError(text + "\n");
  }

  #moving(stage: string, unit: string): Progress {
    if (stage !== this.#stage || this.#progress === undefined) {
      this.finish();
      this.#stage = stage;
      this.#progress = new Progress({ unit });
    }
    return this.#progress;
  }
}

function describeData(
  { datasets, vocab, totalSteps }: Extract<RunEvent, { kind: "data" }>,
): string {
  const count = (value: number): string => value.toLocaleString("en-US");
  const lines = datasets.map(({ name, rowCount, report, columnNames, roles }) => {
    const dropped = Object.entries(report.dropped).map(([reason, rows]) =>
      `${count(rows)} dropped (${reason})`
    );
    const heldOut = report.heldOut > 0 ? [`${count(report.heldOut)} held out`] : [];
    const columns = columnNames.map((column, c) => column === roles[c] ? column : `${column} as ${roles[c]}`);
    return `${name} (${columns.join(", ")}): ${
      [`${count(rowCount)} rows`, ...heldOut, ...dropped].join(", ")
    }`;
  });
  return [...lines, `vocabulary of ${count(vocab)}, ${count(totalSteps)} steps`].join("\n");
}

function mainScores(report: SuiteReport): string {
  return report.collections.map(({ name, mainMetric, sizes }) => {
    const score = sizes.at(-1)?.metrics[mainMetric];
    return `${name} ${score === null || score === undefined ? "undefined" : score.toFixed(4)}`;
  }).join("  ");
}
