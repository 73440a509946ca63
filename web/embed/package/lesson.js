// <retort-lesson> around an editable <retort-review>: says what is missing, and remembers in this browser what is done.
import { unmetGoals } from "./goals.js";
import { concerns, readExample } from "./source.js";

const key = (lesson) => `retort-lesson:${lesson}`;

class RetortLesson extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(":scope > .retort-goal")) return;
    this.output = Object.assign(document.createElement("div"), { className: "retort-goal" });
    this.output.setAttribute("role", "status");
    this.append(this.output);
    this.addEventListener("review", ({ target, detail }) => this.judge(target, detail.report));
    if (remembered(this.getAttribute("lesson"))) this.output.textContent = "You have solved this lesson before.";
    // An example may have been reviewed before this script came.
    const element = this.querySelector("retort-review");
    if (element?.report) this.judge(element, element.report);
  }

  judge(element, report) {
    const example = readExample(element.code, element.getAttribute("language") ?? "auto", element.files.filter(({ history }) => history));
    const found = report.findings.filter((finding) => concerns(example, finding));
    const left = unmetGoals({ goal: this.getAttribute("goal"), keeps: this.getAttribute("keeps") }, example, report, found);
    if (left.length === 0) remember(this.getAttribute("lesson"));
    const list = document.createElement("ul");
    list.append(...left.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    this.output.replaceChildren(left.length === 0 ? "Solved." : "Not yet:", list);
    this.dispatchEvent(new CustomEvent("progress", { detail: { solved: left.length === 0, left }, bubbles: true }));
  }
}

/** Storage may be forbidden; a lesson then forgets. */
function remembered(lesson) {
  try {
    return localStorage.getItem(key(lesson)) !== null;
  } catch {
    return false;
  }
}

function remember(lesson) {
  try {
    localStorage.setItem(key(lesson), "solved");
  } catch {
    // The lesson works all the same.
  }
}

if (!customElements.get("retort-lesson")) customElements.define("retort-lesson", RetortLesson);
