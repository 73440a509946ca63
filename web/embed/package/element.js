// <retort-review>: a live migration around an ordinary <pre><code>. Importing this registers nothing.
import { diagram as drawDiagram, review } from "./index.js";
import { checklist, code, diagram, findings, locks, make } from "./render.js";
import { concerns, looksLikePython, placeIn, problemsOf, readExample, unmetExpectations } from "./source.js";
import { styles } from "./styles.js";

const RESULTS = ["findings", "checklist", "diagram", "locks"];
const TITLES = { code: "Code", findings: "Findings", checklist: "Checklist", diagram: "Schema", locks: "Locks" };
/** How long after the last key a text is reviewed, in milliseconds. */
const PAUSE = 250;

// In Node there is no such class, and importing must not fail there.
const Base = globalThis.HTMLElement ?? class {};

export class RetortReview extends Base {
  static observedAttributes = ["view", "mode", "config", "theme", "language", "src", "label"];

  #report = null;
  #example = null;
  #original = "";
  #text = null;
  #tab = "findings";
  #turn = 0;
  #timer = 0;
  #editor = null;
  #watch = null;
  #alive = false;
  #unmet = [];
  #nodes = null;

  get code() {
    return this.#text ?? "";
  }

  set code(text) {
    this.#text = text;
    if (this.#editor) this.#editor.set(text);
    else if (this.#alive) this.#showCode();
    if (this.#alive) this.#soon(0);
  }

  get report() {
    return this.#report;
  }

  get files() {
    return this.#example?.files ?? [];
  }

  get unmet() {
    return this.#unmet;
  }

  get view() {
    const view = this.getAttribute("view");
    return view === "code" || RESULTS.includes(view) ? view : "split";
  }

  set view(view) {
    this.setAttribute("view", view);
  }

  get #mode() {
    const mode = this.getAttribute("mode");
    return mode === "static" || mode === "editable" ? mode : "interactive";
  }

  get #language() {
    const language = this.getAttribute("language");
    if (language === "sql" || language === "alembic") return language;
    return looksLikePython(this.code) ? "alembic" : "sql";
  }

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.#wake();
    }, { rootMargin: "200px" });
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    clearTimeout(this.#timer);
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#alive || before === now) return;
    if (name === "src") this.#load().then(() => this.refresh()).catch((error) => this.#fail(error));
    else if (name === "view" || name === "label") this.#showView();
    else if (name !== "theme") this.#soon(0);
  }

  /** Reviews now. */
  async refresh() {
    this.#turn += 1;
    const turn = this.#turn;
    const text = this.code;
    const example = readExample(text, this.getAttribute("language") ?? "auto", this.#hidden());
    const report = await review(example.files, { config: this.getAttribute("config") ?? "" });
    if (turn !== this.#turn) return this.#report;
    this.#example = example;
    this.#report = report;
    const concerned = report.findings.filter((finding) => concerns(example, finding));
    this.#unmet = text === this.#original ? unmetExpectations(this.getAttribute("expect"), concerned) : [];
    this.#show(concerned);
    this.#tell("review", { report, unmet: this.#unmet });
    if (this.#unmet.length > 0) this.#tell("error", { message: `The example does not show what it should: ${this.#unmet.join(", ")}` });
    return report;
  }

  /** Takes back what the reader wrote. */
  reset() {
    this.code = this.#original;
    this.#tell("change", { code: this.code });
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles()];
    const status = make("span", { class: "status", part: "status", role: "status" });
    const tabs = make("div", { class: "tabs", part: "tabs", role: "tablist", "aria-label": "What to show", keydown: (event) => this.#steer(event) });
    const actions = make("span", { part: "actions" });
    const label = make("span", { class: "label", part: "label" });
    const bar = make("div", { class: "bar", part: "toolbar" }, label, tabs, status, make("span", { class: "space" }), actions);
    const shown = make("div", { class: "code", part: "code", tabindex: "0", role: "group", "aria-label": "Migration" });
    const panel = make("div", { class: "panel", part: "panel", role: "tabpanel", tabindex: "0", id: "panel" });
    const frame = make("div", { class: "frame", part: "frame" }, bar, shown, panel);
    root.append(frame);
    this.#nodes = { frame, bar, label, tabs, status, actions, shown, panel };
    this.#original = this.#ownText();
    this.#text ??= this.#original;
    this.#showView();
    this.#showCode();
  }

  /** The text of the visible code: all of it, with what line-wise highlighters leave out. */
  #ownText() {
    const blocks = [...this.querySelectorAll("pre")].filter((pre) => !pre.hasAttribute("data-file") && !pre.closest(BESIDE_CODE));
    const block = (blocks.length > 0 ? blocks : [this]).map(textOf).join("\n");
    return block.replace(/^\n/, "").replace(/\s+$/, "");
  }

  #hidden() {
    return [...this.querySelectorAll("pre[data-file]")].map((pre) => ({
      path: pre.getAttribute("data-file"),
      text: textOf(pre),
      history: pre.hasAttribute("data-history"),
    }));
  }

  async #wake() {
    this.#watch?.disconnect();
    if (this.#alive) return;
    this.#alive = true;
    try {
      await this.#load();
      await this.refresh();
      if (this.#mode === "editable") await this.#edit();
      this.#tell("ready", { report: this.#report });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #load() {
    const address = this.getAttribute("src");
    if (!address) return;
    const answer = await fetch(new URL(address, this.baseURI));
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    this.#original = (await answer.text()).replace(/\r\n?/g, "\n").replace(/\s+$/, "");
    this.code = this.#original;
  }

  async #edit() {
    const { createEditor } = await import("./editor.js");
    this.#nodes.frame.classList.add("edited");
    const height = this.#nodes.shown.getBoundingClientRect().height;
    this.#nodes.shown.replaceChildren();
    this.#nodes.shown.removeAttribute("tabindex");
    this.#nodes.shown.style.setProperty("min-height", `${height}px`);
    this.#editor = createEditor(this.#nodes.shown, this.shadowRoot, this.code, this.#language, (text) => {
      this.#text = text;
      this.#tell("change", { code: text });
      this.#soon(PAUSE);
    });
    this.#mark();
  }

  #soon(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh().catch((error) => this.#fail(error)), pause);
  }

  #show(concerned) {
    const count = (level) => concerned.filter((finding) => finding.level === level).length;
    const words = [["error", count("error")], ["warning", count("warning")], ["note", count("info")]]
      .filter(([, many]) => many > 0)
      .map(([word, many]) => `${many} ${word}${many === 1 ? "" : "s"}`);
    const unread = this.#report.not_analysed.length + problemsOf(this.#example, this.#report).length;
    if (unread > 0) words.push(`${unread} not analysed`);
    this.#nodes.status.textContent = words.join(", ") || "nothing found";
    this.#showView();
    if (this.#editor) this.#mark();
    else this.#showCode();
  }

  #showCode() {
    const concerned = (this.#report?.findings ?? []).filter((finding) => this.#example && concerns(this.#example, finding));
    this.#nodes.shown.replaceChildren(code(this.code, this.#language, this.#example ?? readExample(this.code), concerned));
  }

  #mark() {
    const marks = this.#report.findings.flatMap((finding) => {
      const place = placeIn(this.#example, finding);
      return place ? [{ ...place, level: finding.level, message: finding.message }] : [];
    });
    this.#editor.mark(marks);
  }

  /** The tab that is open, and which there are. */
  #showView() {
    const view = this.view;
    const { frame, label, tabs, actions, panel, bar, shown } = this.#nodes;
    label.textContent = this.getAttribute("label") ?? "";
    shown.setAttribute("aria-label", label.textContent || "Migration");
    if (view !== "split" && view !== "code") this.#tab = view;
    const fixed = this.#mode === "static";
    const opened = fixed || view === "split" ? view : this.#opened(view);
    frame.setAttribute("data-view", opened);
    const names = view === "split" ? RESULTS : ["code", ...RESULTS];
    const current = view === "split" ? this.#tab : opened;
    tabs.hidden = fixed;
    if (tabs.childElementCount !== names.length) {
      tabs.replaceChildren(...names.map((name) =>
        make("button", { type: "button", role: "tab", id: `tab-${name}`, "data-name": name, "aria-controls": "panel", click: () => this.#choose(name) }, TITLES[name])));
    }
    for (const tab of tabs.children) {
      const selected = tab.getAttribute("data-name") === current;
      tab.setAttribute("aria-selected", String(selected));
      tab.setAttribute("tabindex", selected ? "0" : "-1");
    }
    if (fixed) panel.setAttribute("aria-label", TITLES[this.#tab]);
    else panel.setAttribute("aria-labelledby", `tab-${this.#tab}`);
    const app = this.getAttribute("app");
    actions.replaceChildren(
      ...(this.#mode === "editable" ? [make("button", { type: "button", part: "reset", click: () => this.reset() }, "Reset")] : []),
      ...(app ? [make("a", { class: "open", part: "open", href: appAddress(app, this.code, this.baseURI), target: "_blank", rel: "noopener" }, "Open in Retort")] : []),
    );
    bar.setAttribute("data-mode", this.#mode);
    this.#showPanel();
  }

  #chosen = null;

  #opened(view) {
    return this.#chosen ?? view;
  }

  #choose(name) {
    if (name !== "code") this.#tab = name;
    this.#chosen = name;
    this.#showView();
    this.#nodes.tabs.querySelector(`[data-name="${name}"]`)?.focus();
  }

  #steer(event) {
    const all = [...this.#nodes.tabs.children];
    const at = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    // Where one reads from the right, the next tab is to the left.
    const onward = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + onward, ArrowLeft: at - onward, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#choose(all[(to + all.length) % all.length].getAttribute("data-name"));
  }

  #showPanel() {
    const { panel } = this.#nodes;
    if (!this.#report) return;
    if (this.#tab === "findings") panel.replaceChildren(findings(this.#report, this.#example, this.#doing()));
    else if (this.#tab === "checklist") panel.replaceChildren(checklist(this.#report));
    else if (this.#tab === "locks") panel.replaceChildren(locks(this.#report));
    else this.#draw().catch((error) => this.#fail(error));
  }

  async #draw() {
    const { panel } = this.#nodes;
    const turn = this.#turn;
    const theme = this.getAttribute("theme");
    const options = { config: this.getAttribute("config") ?? "", ...(theme === "light" || theme === "dark" ? { theme } : {}) };
    const { node, sheet } = diagram(await drawDiagram(this.files, options));
    if (turn !== this.#turn || this.#tab !== "diagram") return;
    this.shadowRoot.adoptedStyleSheets = [styles(), sheet];
    panel.replaceChildren(node);
  }

  #doing() {
    const pages = this.getAttribute("rules");
    return {
      show: this.#mode === "static" ? null : (place) => this.#reveal(place),
      repair: this.#mode === "editable" ? (finding) => this.#repair(finding) : null,
      rulePage: pages ? (rule) => new URL(pages.replace("{rule}", rule), this.baseURI).href : null,
    };
  }

  #reveal(place) {
    if (this.view !== "split") this.#choose("code");
    if (this.#editor) return this.#editor.reveal(place);
    for (const line of this.#nodes.shown.querySelectorAll(".shown")) line.classList.remove("shown");
    const line = this.#nodes.shown.querySelector(`[data-line="${place.line}"]`);
    line?.classList.add("shown");
    line?.scrollIntoView({ block: "nearest" });
    this.#nodes.shown.focus({ preventScroll: true });
  }

  /** Applies a repair where all of it lies in the visible text. */
  #repair(finding) {
    const edits = finding.fix.edits.map((edit) => {
      const place = this.#example.places.find(({ path }) => path === edit.file);
      const file = this.files.find(({ path }) => path === edit.file);
      return place && file && !place.fragment ? { at: shift(this.code, place.first) + edit.from, end: shift(this.code, place.first) + edit.to, text: edit.text } : null;
    });
    if (edits.includes(null)) {
      this.#nodes.status.textContent = "This repair changes more than what is shown here; open the example in Retort.";
      return;
    }
    edits.sort((one, other) => other.at - one.at);
    this.code = edits.reduce((text, { at, end, text: put }) => text.slice(0, at) + put + text.slice(end), this.code);
    this.#tell("change", { code: this.code });
  }

  #fail(error) {
    const message = error instanceof Error ? error.message : String(error);
    this.#nodes.status.textContent = `Retort could not look at this: ${message}`;
    this.#tell("error", { message });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** Where a line of a text begins. */
function shift(text, line) {
  return text.split("\n").slice(0, line).reduce((sum, part) => sum + part.length + 1, 0);
}

/** What generators put beside the code: buttons, and numbers of lines (VitePress; Pygments under MkDocs and Sphinx). */
const BESIDE_CODE = "button, .line-numbers-wrapper, .linenos, .lineno, .linenodiv";

/** What generators write above a fence: the name of its file (Material for MkDocs, Docusaurus). */
const FENCE_TITLE = ".filename, [class*='codeBlockTitle']";

/** The text of a block; some highlighters end lines with an element instead of a line end. */
function textOf(block) {
  const copy = block.cloneNode(true);
  for (const end of copy.querySelectorAll("br")) end.replaceWith("\n");
  for (const extra of copy.querySelectorAll(BESIDE_CODE)) extra.remove();
  return copy.textContent.replace(/\r\n?/g, "\n");
}

/** The app's address with a text already in it. */
export function appAddress(app, text, base) {
  const address = new URL(app, base);
  address.searchParams.set("sql", text);
  return address.href;
}

export function defineRetortReview(name = "retort-review") {
  if (!customElements.get(name)) customElements.define(name, class extends RetortReview {});
}

const FENCES = {
  marked: "pre > code.retort, pre.retort, div.retort pre",
  sql: "pre > code:is(.language-sql, .language-postgresql, .language-pgsql), div:is(.language-sql, .language-postgresql, .language-pgsql, .highlight-sql, .highlight-postgresql) pre",
  alembic: "pre > code:is(.language-python, .language-py), div:is(.language-python, .language-py, .language-python3, .language-py3, .highlight-python, .highlight-py, .highlight-python3, .highlight-py3, .highlight-default) pre",
};

/** The fences of the page that have an element, and those elements. */
const upgraded = new Map();

export function upgradeFences(kinds, root = document, attributes = {}) {
  // A site that changes pages may have taken a fence away and left what we put beside it.
  for (const [block, element] of upgraded) {
    if (block.isConnected) continue;
    element.remove();
    upgraded.delete(block);
  }
  const made = [];
  for (const kind of kinds) {
    for (const found of root.querySelectorAll(FENCES[kind] ?? "retort-none")) {
      const pre = found.closest("pre");
      const block = pre.closest("div[class*='language-'], div[class*='highlight-'], div.highlight") ?? pre;
      if (upgraded.has(block) || pre.closest(`retort-review, ${BESIDE_CODE}`) || annotated(pre)) continue;
      if (kind === "alembic" && !/\bop\.\w+\(/.test(pre.textContent)) continue;
      const element = liveFence(pre, { ...attributes, ...(kind === "marked" ? {} : { language: kind }) });
      const title = block.querySelector(FENCE_TITLE)?.textContent.trim();
      if (title) element.setAttribute("label", title);
      // Beside the fence, not around it: its nodes may be a framework's (React under Docusaurus), which wants them back.
      block.style.setProperty("display", "none", "important");
      block.after(element);
      upgraded.set(block, element);
      made.push(element);
    }
  }
  return made;
}

function liveFence(pre, attributes) {
  const element = document.createElement("retort-review");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  const shown = document.createElement("pre");
  shown.append(Object.assign(document.createElement("code"), { textContent: textOf(pre) }));
  element.append(shown);
  return element;
}

/** Whether Material for MkDocs hangs notes on the code, which would be lost: `-- (1)!`, or what it makes of it. */
function annotated(pre) {
  return pre.querySelector(".md-annotation") !== null || /(?:--|#)\s*\(\d+\)!?\s*$/m.test(pre.textContent);
}
