// When a lesson is done.
import { problemsOf, unmetExpectations } from "./source.js";

/** What is still missing: rules that are still found, words that nothing that happens has, text that could not be read. */
export function unmetGoals({ goal, keeps }, example, report, found) {
  const reviewed = report.revisions.filter(({ under_review }) => under_review);
  const happens = reviewed.flatMap(({ changes, up }) => [...changes.map(({ text }) => text), ...up.steps.map(({ summary }) => summary)]);
  const kept = (keeps ?? "").split(";").map((words) => words.trim()).filter(Boolean);
  return [
    ...unmetExpectations(goal, found).map((complaint) => `Still there: ${complaint.replace(" was found", "")}`),
    ...kept.filter((words) => !happens.some((text) => text.includes(words))).map((words) => `Must still happen: ${words}`),
    ...problemsOf(example, report).map(({ message }) => message),
    ...report.not_analysed.map(({ reason }) => `Not analysed: ${reason}`),
  ];
}
