// The element's own looks, as a constructed style sheet: a strict Content-Security-Policy lets it pass. Sizes are those of the text
// around it (em): generators set the root's to 10 px (mdBook) or 20 px (Material for MkDocs).
const css = `
:host { display: block; margin-block: 1em; color-scheme: inherit; font: inherit; text-align: start; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([hidden]) { display: none; }
.frame {
  --ground: var(--retort-background, light-dark(#ffffff, #161b1e));
  --ink: var(--retort-color, light-dark(#1c2224, #e5e9e8));
  --rule: var(--retort-border, light-dark(#d5d2c9, #333c40));
  --soft: light-dark(#f4f2ed, #1f2629);
  --muted: light-dark(#566065, #a5b0b3);
  --accent: var(--retort-accent, light-dark(#0d6763, #5fc4b8));
  --error: light-dark(#ad261d, #ff968b); --error-soft: light-dark(#fbeae8, #38211f);
  --warning: light-dark(#855500, #e9b95e); --warning-soft: light-dark(#fcf2db, #342a17);
  --info: light-dark(#28589f, #93bbf5); --info-soft: light-dark(#e8eff9, #1d2a3d);
  --good: light-dark(#2a6a2f, #88cf8d);
  color: var(--ink); background: var(--ground);
  border: 1px solid var(--rule); border-radius: var(--retort-radius, 6px); overflow: hidden;
}
.bar {
  display: flex; flex-wrap: wrap; gap: .3em .85em; align-items: center; min-block-size: calc(2.5em / .875); box-sizing: border-box;
  padding: .3em .6em; background: var(--soft); font-size: .875em; border-block-end: 1px solid var(--rule);
}
.tabs { display: flex; flex-wrap: wrap; gap: .15em; }
.space { flex: 1; }
.label { font-family: var(--retort-font-mono, ui-monospace, monospace); font-weight: 600; overflow-wrap: anywhere; }
.label:empty { display: none; }
button, .open {
  font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 4px;
  padding: .2em .6em; min-block-size: 2em; box-sizing: border-box; cursor: pointer;
}
.open { color: var(--accent); text-decoration: underline; }
button:hover { border-color: var(--rule); }
button[aria-selected="true"] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
button:focus-visible, a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.status { color: var(--muted); }
.code { direction: ltr; min-block-size: 3em; max-block-size: var(--retort-code-height, none); overflow: auto; }
.code pre {
  margin: 0; padding-block: calc(.6em / .875); font-family: var(--retort-font-mono, ui-monospace, monospace);
  font-size: var(--retort-code-size, .875em); line-height: 1.5; tab-size: 4; inline-size: max-content; min-inline-size: 100%;
}
.code code { font: inherit; }
.line { display: block; padding-inline: .85em; border-inline-start: 3px solid transparent; min-block-size: 1.5em; }
.line.error { border-color: var(--error); background: var(--error-soft); }
.line.warning { border-color: var(--warning); background: var(--warning-soft); }
.line.info { border-color: var(--info); background: var(--info-soft); }
.line.shown { outline: 2px solid var(--accent); outline-offset: -2px; }
.hit { text-decoration: underline wavy currentcolor 1px; text-underline-offset: .2em; }
.keyword { color: light-dark(#7a2f86, #d7a3e2); } .string { color: light-dark(#2c6a31, #9ad19d); }
.number { color: light-dark(#8d4a10, #e8b184); } .comment { color: light-dark(#5c656a, #95a0a3); }
.panel {
  block-size: var(--retort-panel-height, calc(15em / .9375)); overflow: auto; padding: .65em .8em; box-sizing: border-box;
  font-size: .9375em; line-height: 1.45; border-block-start: 1px solid var(--rule);
}
.panel ul, .panel ol { list-style: none; margin: 0; padding: 0; }
.panel li { padding-block: .5em; border-block-end: 1px solid var(--rule); overflow-wrap: anywhere; }
.panel li:last-child { border: 0; }
.panel p { margin: .15em 0; }
.level { font-weight: 600; } .level.error, .fails { color: var(--error); } .level.warning, .attest { color: var(--warning); }
.level.info { color: var(--info); } .holds { color: var(--good); } .unknown, .quiet { color: var(--muted); }
.quiet { font-size: .875em; }
.panel table { border-collapse: collapse; font-size: .875em; }
.panel a { color: var(--accent); }
.panel th, .panel td { border: 1px solid var(--rule); padding: .3em .6em; text-align: start; vertical-align: top; }
.panel td.held { background: var(--warning-soft); } .panel td.held.hard { background: var(--error-soft); }
.panel svg { max-inline-size: 100%; block-size: auto; direction: ltr; }
/* What a finding says is English, wherever the page reads from: its full stop stays at its end. */
.panel :is(p, li, th, td) { unicode-bidi: plaintext; }
.frame[data-view="code"] .panel { display: none; }
.frame:not([data-view="code"], [data-view="split"]) .code { display: none; }
.frame:not([data-view="code"], [data-view="split"]) .panel { border: 0; }
.edited .code { overflow: visible; }
@media print { .bar { display: none; } .panel { block-size: auto; } }
@media (forced-colors: active) { .line.error, .line.warning { border-color: Mark; } }
`;

let sheet = null;

/** The style sheet that all elements share. */
export function styles() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}
