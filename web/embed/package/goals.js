// When a lesson is done.
import { problemsOf, unmetExpectations } from "./source.js";

/** What is still missing: rules that are still found, words that no change of the schema has, text that could not be read. */
export function unmetGoals({ goal, keeps }, example, report, found) {
  const changes = report.revisions.filter(({ under_review }) => under_review).flatMap((revision) => revision.changes.map(({ text }) => text));
  const kept = (keeps ?? "").split(";").map((words) => words.trim()).filter(Boolean);
  return [
    ...unmetExpectations(goal, found).map((complaint) => `Still there: ${complaint.replace(" was found", "")}`),
    ...kept.filter((words) => !changes.some((text) => text.includes(words))).map((words) => `Must still happen: ${words}`),
    ...problemsOf(example, report).map(({ message }) => message),
    ...report.not_analysed.map(({ reason }) => `Not analysed: ${reason}`),
  ];
}
