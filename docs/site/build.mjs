// Builds the documentation: `node docs/site/build.mjs`, after the package. Its last step reviews every example.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import { rules } from "../../package/node.js";
import { chapter, rulePage } from "./examples.mjs";
import { lessonComplaints, lessonPage, readLesson } from "./lessons.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const work = join(root, "docs/site/.work");
const output = join(root, "dist/docs");
const names = {
  fails: "it will fail", blocks: "it blocks others", loses: "it loses data", history: "the history", house: "conventions", style: "style",
};

await rm(work, { recursive: true, force: true });
await mkdir(join(work, "rules"), { recursive: true });
await mkdir(join(work, "lessons"));
await cp(join(root, "docs/site/.vitepress"), join(work, ".vitepress"), { recursive: true });
await cp(join(root, "package"), join(work, "public/retort"), { recursive: true });

for (const folder of ["docs/site", "docs"]) {
  for (const name of (await readdir(join(root, folder))).filter((file) => file.endsWith(".md"))) {
    // Two chapters of one name would be one page; the flag refuses to write over the other.
    await writeFile(join(work, name), chapter(await readFile(join(root, folder, name), "utf8")), { flag: "wx" });
  }
}

const pages = await rules();
for (const { id, class: kind, level, summary, markdown } of pages) {
  const [title, ...rest] = markdown.split("\n");
  const about = `\`${id}\` · ${names[kind] ?? kind} · ${level}\n\n${summary}`;
  await writeFile(join(work, "rules", `${id}.md`), [title, "", about, rulePage(rest.join("\n"), { id, level })].join("\n"));
}
const classes = [...new Set(pages.map((page) => page.class))];
const byClass = classes.map((kind) => ({ name: names[kind] ?? kind, pages: pages.filter((page) => page.class === kind) }));
const list = byClass.map(({ name, pages: some }) => `## ${name}\n\n${some.map(({ id, title }) => `- [${title}](./${id}.md) \`${id}\``).join("\n")}`);
await writeFile(join(work, "rules/index.md"), `# Rules\n\n${list.join("\n\n")}\n`);

const files = (await readdir(join(root, "docs/lessons"))).filter((name) => name.endsWith(".md")).sort();
const lessons = await Promise.all(files.map(async (name) => readLesson(await readFile(join(root, "docs/lessons", name), "utf8"), basename(name, ".md"))));
for (const lesson of lessons) await writeFile(join(work, "lessons", `${lesson.id}.md`), lessonPage(lesson));
const ways = lessons.map(({ id, title }) => `1. [${title}](./${id}.md)`).join("\n");
await writeFile(join(work, "lessons/index.md"), `# Lessons\n\nEach one is a migration that must not be merged as it is. Repair it; what you write is reviewed as you type. Nothing leaves your browser, and what you solved is remembered in it.\n\n${ways}\n`);

const short = (items) => items.map(({ id, title }) => ({ id, title }));
await writeFile(join(work, "contents.json"), JSON.stringify({ rules: byClass.map(({ name, pages: some }) => ({ name, pages: short(some) })), lessons: short(lessons) }));

await build(work, { outDir: output });

const complaints = (await Promise.all(lessons.map(lessonComplaints))).flat();
for (const complaint of complaints) console.error(complaint);
console.log(`${lessons.length} lessons checked, ${complaints.length} wrong`);
const checked = spawnSync(process.execPath, [join(root, "package/check.js"), output], { stdio: "inherit" });
process.exitCode = complaints.length > 0 || checked.status !== 0 ? 1 : 0;
