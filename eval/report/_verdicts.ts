import type { ComparedReports, ComparedRow } from "./compare_reports.ts";

/** What a row's comparison says, in a word or two; why nothing, where nothing can be said. */
export function verdictText({ verdict, note }: ComparedRow): string {
  return verdict === "unknown" ? note ?? "not comparable" : verdict;
}

/** What a whole comparison says, in a sentence. */
export function comparisonSentence({ first, second, rows }: ComparedReports): string {
  const tested = rows.filter(({ verdict }) => verdict !== "unknown");
  if (tested.length === 0) return `${second} and ${first} share nothing that can be compared.`;
  const named = (verdict: ComparedRow["verdict"]): string =>
    tested.filter((row) => row.verdict === verdict).map(({ collection }) => collection).join(", ");
  const [better, worse] = [named("better"), named("worse")];
  if (better === "" && worse === "") {
    return `${second} against ${first}: no significant difference; all of it may be noise.`;
  }
  const parts = [
    better === "" ? "" : `significantly better on ${better}`,
    worse === "" ? "" : `significantly worse on ${worse}`,
    named("noise") === "" ? "" : `the rest is noise (${named("noise")})`,
  ];
  return `${second} against ${first}: ${parts.filter((part) => part !== "").join("; ")}.`;
}
