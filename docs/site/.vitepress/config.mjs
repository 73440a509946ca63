import { readFileSync } from "node:fs";

// What build.mjs found: the rules by class, and the lessons.
const { rules, lessons } = JSON.parse(readFileSync(new URL("../contents.json", import.meta.url), "utf8"));
const base = process.env.RETORT_DOCS_BASE ?? "/docs/";
const link = (folder) => ({ id, title }) => ({ text: title, link: `/${folder}/${id}` });

export default {
  title: "Retort",
  description: "Reviews database migrations: what they change, what they lock, what they lose.",
  base,
  lang: "en",
  cleanUrls: false,
  // Chapters that also are read in the repository link to its other files.
  ignoreDeadLinks: true,
  head: [
    ["link", { rel: "icon", href: "data:," }],
    ["link", { rel: "stylesheet", href: `${base}retort/retort-review.css` }],
    ["script", { type: "module", src: `${base}retort/retort-review.js` }],
    ["script", { type: "module", src: `${base}retort/lesson.js` }],
  ],
  vue: { template: { compilerOptions: { isCustomElement: (name) => name.startsWith("retort-") } } },
  // The default one for light grounds has too little contrast.
  markdown: { attrs: { disable: true }, theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Lessons", link: "/lessons/" },
      { text: "Rules", link: "/rules/" },
      { text: "The app", link: "../index.html", target: "_self" },
    ],
    sidebar: [
      {
        text: "Guide",
        items: [
          ["Start", "start"], ["The checklist", "checklist"], ["Alembic", "alembic"], ["SQL files", "sql"],
          ["Locks", "locks"], ["Going back", "reversing"], ["Configuration", "configuration"],
          ["Continuous integration", "ci"], ["Embedding", "embedding"], ["How exact it is", "accuracy"],
          ["How precise the rules are", "rules-precision"], ["Beside other tools", "peers"], ["How fast it is", "speed"],
          ["Files that cannot be read", "bad-input"],
        ].map(([text, page]) => ({ text, link: `/${page}` })),
      },
      { text: "Lessons", link: "/lessons/", collapsed: true, items: lessons.map(link("lessons")) },
      ...rules.map(({ name, pages }) => ({ text: `Rules: ${name}`, collapsed: true, items: pages.map(link("rules")) })),
    ],
    outline: [2, 3],
  },
};
