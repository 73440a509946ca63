// What the script tag loads: registers the element, and with `data-fences` upgrades the page's own fences. The attributes
// below go to the elements it makes. Generators that write the tag themselves take `?fences=…` behind the address instead.
import { defineRetortReview, upgradeFences } from "./element.js";

defineRetortReview();

const here = new URL(import.meta.url);
const script = [...document.querySelectorAll("script[src]")].find((tag) => tag.src === here.href);
const asked = (name) => script?.dataset[name] ?? here.searchParams.get(name) ?? undefined;
const kinds = asked("fences")?.split(/[\s,]+/).filter(Boolean);
if (kinds) {
  const names = ["view", "mode", "app", "theme", "rules", "config"];
  const given = names.filter((name) => asked(name) !== undefined);
  const attributes = Object.fromEntries(given.map((name) => [name, asked(name)]));
  const upgrade = () => upgradeFences(kinds, document, attributes);
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(upgrade, 0);
  };
  const begin = () => {
    soon();
    // Docusaurus and MkDocs (with instant navigation) change the page without loading it.
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === "complete") whenHydrated(begin);
  else addEventListener("load", () => whenHydrated(begin), { once: true });
}

/** Docusaurus compares the page with what it wants to show: until it is done, nothing may be put into it. */
function whenHydrated(begin) {
  const page = document.documentElement;
  if (page.dataset.hasHydrated !== "false") return begin();
  const watch = new MutationObserver(() => {
    if (page.dataset.hasHydrated === "false") return;
    watch.disconnect();
    begin();
  });
  watch.observe(page, { attributes: true, attributeFilter: ["data-has-hydrated"] });
}
