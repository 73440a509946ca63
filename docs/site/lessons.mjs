// The pages of the lessons, and whether they can be solved.
import { review } from "../../package/node.js";
import { parts, readLesson } from "../../web/lessons/read.js";
import { element, escape } from "./examples.mjs";
import { concerns, readExample } from "../../package/source.js";
import { unmetGoals } from "../../web/embed/package/goals.js";

export { readLesson };

/** The page: text, the example, hints and solution on demand. */
export function lessonPage(lesson) {
  const lines = [`# ${lesson.title}`];
  let hint = 0;
  for (const part of parts(lesson.body)) {
    if (part.line !== undefined) {
      if (/^## Hint/.test(part.line)) {
        if (hint > 0) lines.push("", "</details>", "");
        hint += 1;
        lines.push("", `<details><summary>Hint ${hint}</summary>`, "");
      } else lines.push(part.line);
    } else if (part.words.includes("broken")) {
      const example = element(part, {
        history: lesson.history,
        config: lesson.config,
        attributes: { mode: "editable", rules: "../rules/{rule}.html" },
      });
      lines.push("", `<retort-lesson v-pre lesson="${lesson.id}" goal="${escape(lesson.goal)}" keeps="${escape(lesson.keeps)}">`, example, "</retort-lesson>", "");
    }
  }
  if (hint > 0) lines.push("", "</details>", "");
  lines.push("", "<details><summary>One solution</summary>", "", "```" + lesson.solution.language, lesson.solution.text, "```", "", "</details>", "");
  return lines.join("\n");
}

/** What is wrong with a lesson: its beginning and an emptied text must miss the goal, and its solution reach it. */
export async function lessonComplaints(lesson) {
  const left = async (fence) => {
    const page = element(fence, { history: lesson.history, config: lesson.config });
    const hidden = [...page.matchAll(/data-file="([^"]*)">([\s\S]*?)<\/pre>/g)].map(([, path, text]) => ({ path, text: unescape(text), history: true }));
    const example = readExample(fence.text, fence.language === "python" ? "alembic" : "sql", hidden);
    const report = await review(example.files, { config: lesson.config });
    const found = report.findings.filter((finding) => concerns(example, finding));
    return { left: unmetGoals(lesson, example, report, found), found: found.map(({ rule }) => rule), changes: report.revisions.flatMap(({ changes }) => changes.map(({ text }) => text)) };
  };
  const [broken, solved] = [await left(lesson.broken), await left(lesson.solution)];
  const emptied = await left({ ...lesson.broken, text: "" });
  return [
    ...(broken.left.length === 0 ? [`${lesson.id}: the beginning reaches the goal already: ${broken.found}`] : []),
    ...(emptied.left.length === 0 ? [`${lesson.id}: who deletes everything reaches the goal; say in \`keeps\` what must still happen`] : []),
    ...(solved.left.length > 0 ? [`${lesson.id}: the solution misses: ${solved.left.join("; ")} (changes: ${solved.changes.join("; ")})`] : []),
  ];
}

function unescape(text) {
  return text.replaceAll("&#10;", "\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
