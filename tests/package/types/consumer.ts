// A program that uses all of the package, as its types say. `tsc` compiles it; a line below `@ts-expect-error` must not compile.
import { diagram, fix, load, reverse, review, rules, sql } from "retort-review";
import type { Finding, InputFile, Report, RulePage } from "retort-review";
import { defineRetortReview, RetortReview, upgradeFences } from "retort-review/element";
import { review as reviewInline } from "retort-review/inline";
import { startWorker, type RetortWorker } from "retort-review/worker";

const files: InputFile[] = [{ path: "0001_shelf.sql", text: "CREATE TABLE shelf (id uuid PRIMARY KEY);", history: false }];

export async function answers(): Promise<string[]> {
  await load(new URL("retort.wasm", "https://docs.example/"));
  const report: Report = await review(files, { config: "postgres = 16" });
  const first: Finding | undefined = report.findings[0];
  const level: "error" | "warning" | "info" | undefined = first?.level;
  const repaired: InputFile[] = (await fix(files)).files;
  const { text, grade, reasons, schema_version } = await reverse(repaired, { at: "0001", language: "sql" });
  const exact: boolean = grade === "exact";
  const picture: string = await diagram(files, { theme: "dark", scope: "all" });
  const script: string = await sql(files, { from: "0001", down: true });
  const pages: RulePage[] = await rules();
  const same: Report = await reviewInline(files);
  return [text, picture, script, `${exact} ${schema_version} ${level} ${same.findings.length}`, ...reasons, ...pages.map(({ markdown }) => markdown)];
}

export async function elsewhere(): Promise<number> {
  const worker: RetortWorker = startWorker();
  const { checklist } = await worker.review(files);
  worker.stop();
  return checklist.length;
}

export function elements(): RetortReview[] {
  defineRetortReview();
  const element = document.querySelector<RetortReview>("retort-review");
  if (element) {
    element.code = "DROP TABLE shelf;";
    element.view = "checklist";
    const unmet: string[] = element.unmet;
    element.addEventListener("review", () => console.log(element.report?.findings.length, unmet, element.files));
    element.refresh().then(({ revisions }) => console.log(revisions.length));
    element.reset();
    // @ts-expect-error: there is no such view
    element.view = "source";
    // @ts-expect-error: the report is the element's own
    element.report = null;
  }
  return upgradeFences(["sql"], document, { mode: "editable" });
}

export async function wrong(): Promise<void> {
  // @ts-expect-error: a file has a text
  await review([{ path: "0001_shelf.sql" }]);
  // @ts-expect-error: no such language
  await reverse(files, { language: "python" });
  // @ts-expect-error: a misspelt option
  await diagram(files, { colour: "dark" });
  // @ts-expect-error: a report is promised, not given
  review(files).findings;
}
