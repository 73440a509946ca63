// The page for iframes. `?sql=…` or `?src=…` gives the text, the element's attributes may follow; `origin=` names the page
// around it, which alone is told the height.
import "./retort-review.js";

const asked = new URLSearchParams(location.search);
const element = document.createElement("retort-review");
for (const name of ["language", "view", "mode", "config", "theme", "app", "rules"]) {
  if (asked.has(name)) element.setAttribute(name, asked.get(name));
}
const source = asked.get("src");
if (source !== null) {
  // Only files beside this page: an embedded page must not be made to fetch from elsewhere.
  const address = new URL(source, location.href);
  if (address.origin === location.origin) element.setAttribute("src", address.href);
}
const pre = document.createElement("pre");
pre.append(Object.assign(document.createElement("code"), { textContent: asked.get("sql") ?? "" }));
element.append(pre);
const main = document.querySelector("main");
main.replaceChildren(element);

const around = originOf(asked.get("origin") ?? document.referrer);
if (around !== null && parent !== window) {
  const tell = () => parent.postMessage({ type: "retort-height", height: Math.ceil(main.getBoundingClientRect().height) }, around);
  new ResizeObserver(tell).observe(main);
}

function originOf(address) {
  try {
    const { origin } = new URL(address);
    return origin === "null" ? null : origin;
  } catch {
    return null;
  }
}
