// What the page runs until it shows a review: `node page.mjs GLUE TRACED`. Opens the app in a document without a browser, with a
// module that notes which functions ran, begins reviews in the ways that the first page offers, looks at what they found, and
// prints the functions' numbers as JSON. The core answers in this process; it lies beside GLUE, undivided.
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Window } from "happy-dom";
import { documented } from "../embed/documented.mjs";
import { plain } from "./plain.mjs";
import { becomes } from "./window.mjs";

const [glue, traced] = process.argv.slice(2);
const folder = dirname(glue);
const load = (path) => import(pathToFileURL(path).href);

const core = await load(join(folder, "retort-wasm.js"));
await core.default({ module_or_path: await readFile(join(folder, "retort-wasm_bg.wasm")) });

const window = new Window({ url: "http://localhost/" });
becomes(window);

/** The core's worker, as far as the first page asks it. */
class CoreWorker extends EventTarget {
  #engine = new core.Engine();

  constructor() {
    super();
    setTimeout(() => this.#say({ ready: true }));
  }

  postMessage({ id, method, parameters }) {
    setTimeout(() => this.#say({ id, ...this.#answer(method, structuredClone(parameters)) }));
  }

  terminate() {}

  #answer(method, parameters) {
    if (method === "review") return { value: this.#engine.reviewChange(parameters.changed, parameters.removed, parameters.config) };
    if (method === "examples") return { value: this.#engine.examples() };
    if (method === "readFile") return { value: this.#engine.readFile(parameters.path, parameters.bytes) };
    // The rules' pages come later, pictures and the like with the rest.
    return { error: "not here" };
  }

  #say(data) {
    this.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
  }
}

globalThis.Worker = CoreWorker;
document.head.innerHTML = '<link id="review-worker" href="./review-worker.js">';

// There is no database here: reviews are kept in `store.mjs`.
const store = new URL("store.mjs", import.meta.url).href;
register(`data:text/javascript,${encodeURIComponent(`export const resolve = (name, context, next) =>
  name.endsWith("/storage/reviews.js") ? { url: ${JSON.stringify(store)}, shortCircuit: true } : next(name, context);`)}`);
const { shelf } = await import("./store.mjs");

const page = await load(glue);
const exported = await page.default({ module_or_path: await readFile(traced) });

/** Waits until `found` gives something. */
async function until(found, what) {
  for (let left = 2000; left > 0; left -= 1) {
    const value = found();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the page never showed ${what}`);
}

const one = (selector) => document.querySelector(selector);
const named = (selector, name) => [...document.querySelectorAll(selector)].find((element) => element.textContent.includes(name));
const press = (element) => element.dispatchEvent(new window.MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));

/** Shows the app anew, as a visit does that finds a review kept, or none. */
async function visit(found = null) {
  shelf.found = found;
  document.body.innerHTML = "";
  page.start();
  await until(() => one(found ? ".panes" : ".welcome textarea"), "the app");
}

/** Goes to the findings, which may not be there yet, and back. */
async function look() {
  press(await until(() => named("[role=tab]", "Findings"), "the tab of findings"));
  const finding = await until(() => one(".finding"), "a finding");
  press(finding.querySelector("button"));
  press(named("[role=tab]", "Checklist"));
  await until(() => one(".point"), "the checklist again");
}

/** Reads the checklist first. */
async function waitAndLook() {
  press(await until(() => one('.panel-body[aria-busy="false"]') && named("[role=tab]", "Checklist"), "the panel"));
  await until(() => one(".point"), "the checklist");
  await look();
}

async function paste(text) {
  await visit();
  const area = one(".welcome textarea");
  area.value = text;
  area.dispatchEvent(new window.InputEvent("input", { bubbles: true, composed: true }));
}

/** Migrations in SQL and for Alembic, as people paste them. */
const texts = plain.filter((files) => files.length === 1).map(([{ text }]) => text);
const [sql, alembic] = [texts.find((text) => !text.includes("def ")), texts.find((text) => text.includes("revision ="))];

for (const text of [sql, alembic]) {
  for (const way of [look, waitAndLook]) {
    await paste(text);
    await way();
  }
}

// What was looked at is found again.
for (const way of [look, waitAndLook]) {
  await visit(await until(() => shelf.kept, "that it keeps reviews"));
  await way();
}

// A page that goes away cannot wait for anything.
await paste(sql);
await until(() => {
  dispatchEvent(new window.Event("pagehide"));
  return shelf.left;
}, "that it keeps what it leaves");

/** Chooses files on the first page. */
async function choose(...files) {
  await visit();
  const input = one('.welcome input[type="file"]');
  Object.defineProperty(input, "files", { value: Object.assign(files, { item: (at) => files[at] ?? null }) });
  input.dispatchEvent(new window.Event("change", { bubbles: true, composed: true }));
}

// Histories in which many rules find something.
const some = (await documented()).filter((_, at) => at % 40 === 0).flat();
const many = [...texts, ...some.map(({ text }) => text)].map((text, at) => {
  const language = text.includes("def ") ? "py" : "sql";
  return new window.File([text], `${String(at).padStart(4, "0")}_books.${language}`);
});
for (const language of [".py", ".sql"]) {
  await choose(...many.filter(({ name }) => name.endsWith(language)));
  await until(() => one(".revision"), "the revisions");
  // Of a history in numbered files only the last is under review.
  await until(() => one('.panel-body[aria-busy="false"]'), "a review");
  const all = () => named("button", "Review all");
  if (all()) press(all());
  await until(() => !all(), "that all is under review");
  await waitAndLook();
}

await visit();
press(await until(() => one(".example"), "an example"));
await waitAndLook();

const ran = Object.entries(exported).filter(([name, flag]) => /^ran\d+$/.test(name) && flag.value === 1);
// Timers of the page are left: it does not end by itself.
process.stdout.write(JSON.stringify(ran.map(([name]) => Number(name.slice(3)))), () => process.exit(0));
