// Makes live elements of a page's fenced examples.
import { parts, pastFile } from "../../web/lessons/read.js";

/** The example as an element; `attributes` are its own. */
export function element(fence, { history = [], config = "", attributes = {} }) {
  const language = fence.language === "python" ? "alembic" : "sql";
  const before = history.flatMap((past, at) => hiddenFile(past, language, at + 1));
  const own = { language, app: "/index.html", rules: "{rule}.html", ...(config ? { config } : {}), ...attributes };
  const written = Object.entries(own).map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  const file = fence.words.find((word) => word.startsWith("file="))?.slice(5);
  const marker = file ? `${language === "sql" ? "--" : "#"} file: ${file}\n` : "";
  const code = marker + fence.text.replaceAll(/[ \t]*(?:--|#)[ \t]*\u2190[ \t]*$/gm, "");
  return ["", `<retort-review v-pre${written}>`, "", ...before, `<pre><code>${escape(code)}</code></pre>`, "", "</retort-review>", ""].join("\n");
}

function hiddenFile(fence, language, number) {
  const file = pastFile(fence, language, number);
  return file ? [`<pre hidden data-history data-file="${escape(file.path)}">${escape(file.text)}</pre>`, ""] : [];
}

/** Escapes a text for HTML, and line ends inside it so that Markdown sees no empty line. */
export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("\n", "&#10;");
}

/** The text of both halves: by comments in one file, or as two files where the example names its own. */
function pair(up, down) {
  const file = up.words.find((word) => word.startsWith("file="))?.slice(5);
  return file ? `${up.text}\n-- file: ${file.replace(".up.", ".down.")}\n${down}` : `-- up\n${up.text}\n-- down\n${down}`;
}

/** A rule's page: its `wrong` examples must show the rule, its `right` ones must not. A rule that is off is on in them. */
export function rulePage(markdown, { id, level }) {
  const usual = level === "off" ? `[rules]\n${id} = "info"\n` : "";
  let history = [];
  let config = usual;
  const all = parts(markdown);
  return all.map((part, at) => {
    if (part.line !== undefined) {
      if (part.line.startsWith("## ")) [history, config] = [[], usual];
      return part.line;
    }
    const has = (word) => part.words.includes(word);
    if (has("history")) history.push(part);
    if (has("config")) config = part.text + "\n" + usual;
    if (has("wrong") || has("right")) {
      const next = all.slice(at + 1).find((other) => other.text !== undefined);
      const down = next?.words.includes("down") ? next.text : null;
      const text = down === null ? part.text : pair(part, down);
      return element({ ...part, text }, { history, config, attributes: { expect: has("wrong") ? id : `-${id}` } });
    }
    return has("down") ? "" : ["```" + part.language, part.text, "```"].join("\n");
  }).join("\n");
}

/** A chapter: a fence with the word `live` becomes an element; `name=value` words are attributes, `expect=a,b` what it shows. */
export function chapter(markdown) {
  let history = [];
  let config = "";
  return parts(markdown).map((part) => {
    if (part.line !== undefined) {
      if (part.line.startsWith("## ")) [history, config] = [[], ""];
      return part.line;
    }
    if (part.words.includes("history")) history.push(part);
    if (part.words.includes("config")) config = part.text;
    if (part.words.includes("hidden")) return "";
    if (!part.words.includes("live")) return ["```" + part.language, part.text, "```"].join("\n");
    const attributes = Object.fromEntries(part.words.filter((word) => word.includes("=") && !word.startsWith("file=")).map((word) => word.split("=", 2)));
    return element(part, { history, config, attributes: { rules: "rules/{rule}.html", mode: "editable", ...attributes } });
  }).join("\n");
}
