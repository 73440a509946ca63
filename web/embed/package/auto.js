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
  // Sites that hydrate their pages must be done with it, or they put the old fences back.
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}
