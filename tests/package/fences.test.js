// Fences as the generators write them, upgraded by the script's attribute: wrappers, highlighting, line numbers and copy
// button. The code is our own; the shapes are what MkDocs 1.6, Material 9.8, Docusaurus 3 and Sphinx 9 (Alabaster, Furo, Read
// the Docs) made of it, with fewer spans, and those of mdBook and VitePress from their templates.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launchBrowser } from "../e2e/support.js";
import { pageWith, root, serve, strict } from "./support.js";

const sql = "DROP TABLE loan;\nDROP TABLE copy;";
const python = 'op.drop_table("loan")';
const copy = "<button class='copy'>Copy</button>";

/** What each generator makes of a fence, and the text that must be reviewed. */
const shapes = {
  "mdBook": { kind: "sql", text: sql, html: `<pre><div class="buttons"><button class="clip-button" title="Copy"><i class="tooltiptext"></i></button></div><code class="language-sql hljs"><span class="hljs-keyword">DROP</span> <span class="hljs-keyword">TABLE</span> loan;\nDROP TABLE copy;\n</code></pre>` },
  "mdBook, marked": { kind: "marked", text: sql, html: `<pre><code class="language-sql retort hljs">${sql}\n</code></pre>` },
  "mdBook, Python": { kind: "alembic", text: python, html: `<pre><code class="language-py hljs">${python}\n</code></pre>` },
  "MkDocs": { kind: "sql", text: sql, html: `<pre><code class="language-sql">${sql}\n</code></pre>` },
  "Material for MkDocs": { kind: "sql", text: sql, html: `<div class="language-sql highlight"><pre><span></span><code><a id="__codelineno-0-1" href="#__codelineno-0-1"></a><span class="k">DROP</span><span class="w"> </span>TABLE loan;\nDROP TABLE copy;\n</code></pre><nav>${copy}</nav></div>` },
  "Material for MkDocs, line numbers": { kind: "sql", text: sql, html: `<div class="language-sql highlight"><table class="highlighttable"><tbody><tr><td class="linenos"><div class="linenodiv"><pre><span></span><span class="normal">1</span>\n<span class="normal">2</span></pre></div></td><td class="code"><div><pre><span></span><code>${sql}\n</code></pre></div></td></tr></tbody></table></div>` },
  "Material for MkDocs, marked": { kind: "marked", text: sql, html: `<div class="language-sql retort highlight"><pre><code>${sql}\n</code></pre></div>` },
  "Material for MkDocs, anchors and a marked line": { kind: "sql", text: sql, html: `<div class="language-sql highlight"><span class="filename">0002_drop.sql</span><pre><span></span><code><span id="__span-2-1"><a id="__codelineno-2-1" name="__codelineno-2-1" href="#__codelineno-2-1"></a><span class="k">DROP</span><span class="w"> </span><span class="k">TABLE</span><span class="w"> </span><span class="n">loan</span><span class="p">;</span>\n</span><span id="__span-2-2"><a id="__codelineno-2-2" name="__codelineno-2-2" href="#__codelineno-2-2"></a><span class="hll"><span class="k">DROP</span><span class="w"> </span><span class="k">TABLE</span><span class="w"> </span><span class="k">copy</span><span class="p">;</span>\n</span></span></code></pre></div>` },
  "Docusaurus": { kind: "sql", text: sql, html: `<div class="language-sql codeBlockContainer_Ckt0 theme-code-block"><div class="codeBlockContent_QJqH"><pre tabindex="0" class="prism-code language-sql codeBlock_bY9V thin-scrollbar"><code class="codeBlockLines_e6Vv"><div class="token-line"><span class="token keyword">DROP</span><span class="token plain"> </span><span class="token keyword">TABLE</span><span class="token plain"> loan</span><span class="token punctuation">;</span><span class="token plain"></span><br></div><div class="token-line theme-code-block-highlighted-line"><span class="token plain">DROP TABLE copy</span><span class="token punctuation">;</span><br></div></code></pre><div class="buttonGroup_M5ko">${copy}</div></div></div>` },
  "Docusaurus, title and line numbers": { kind: "sql", text: sql.replace("\n", "\n\n"), html: `<div class="language-sql codeBlockContainer_Ckt0 theme-code-block"><div class="codeBlockTitle_OeMC">0002_drop.sql</div><div class="codeBlockContent_QJqH"><pre tabindex="0" class="prism-code language-sql codeBlock_bY9V thin-scrollbar"><code class="codeBlockLines_e6Vv codeBlockLinesWithNumbering_o6Pm"><div class="token-line codeLine_lJS_"><span class="codeLineNumber_Tfdd"></span><span class="codeLineContent_feaV"><span class="token keyword">DROP</span><span class="token plain"> TABLE loan;</span></span><br></div><div class="token-line codeLine_lJS_"><span class="codeLineNumber_Tfdd"></span><span class="codeLineContent_feaV"><span class="token plain"></span></span><br></div><div class="token-line codeLine_lJS_"><span class="codeLineNumber_Tfdd"></span><span class="codeLineContent_feaV"><span class="token plain">DROP TABLE copy;</span></span><br></div></code></pre></div></div>` },
  "Sphinx": { kind: "sql", text: sql, html: `<div class="highlight-sql notranslate"><div class="highlight"><pre><span></span><span class="k">DROP</span><span class="w"> </span>TABLE loan;\nDROP TABLE copy;\n</pre>${copy}</div></div>` },
  "Sphinx, line numbers": { kind: "sql", text: sql, html: `<div class="highlight-sql notranslate"><div class="highlight"><pre><span></span><span class="linenos">1</span>DROP TABLE loan;\n<span class="linenos">2</span>DROP TABLE copy;\n</pre></div></div>` },
  "Sphinx, caption, line numbers and a marked line": { kind: "sql", text: sql, html: `<div class="literal-block-wrapper docutils container" id="drop"><div class="code-block-caption"><span class="caption-text">0002_drop.sql</span></div><div class="highlight-postgresql notranslate"><div class="highlight"><pre><span></span><span class="linenos">4</span><span class="k">DROP</span><span class="w"> </span><span class="k">TABLE</span><span class="w"> </span><span class="n">loan</span><span class="p">;</span>\n<span class="hll"><span class="linenos">5</span><span class="k">DROP</span><span class="w"> </span><span class="k">TABLE</span><span class="w"> </span><span class="k">copy</span><span class="p">;</span>\n</span></pre>${copy}</div></div></div>` },
  "Sphinx, marked": { kind: "marked", text: sql, html: `<div class="retort highlight-sql notranslate"><div class="highlight"><pre><span></span>${sql}\n</pre></div></div>` },
  "Sphinx, Python": { kind: "alembic", text: python, html: `<div class="highlight-python3 notranslate"><div class="highlight"><pre><span></span>${python}\n</pre></div></div>` },
  "VitePress": { kind: "sql", text: sql, html: `<div class="language-sql line-numbers-mode">${copy}<span class="lang">sql</span><pre class="shiki"><code><span class="line">DROP TABLE loan;</span>\n<span class="line">DROP TABLE copy;</span></code></pre><div class="line-numbers-wrapper"><span>1</span><br><span>2</span><br></div></div>` },
};
const upgrading = (page, kind) => page.replace('src="/retort/retort-review.js"', `src="/retort/retort-review.js" data-fences="${kind}"`);
/** What stays as it is: other languages, sessions of a shell, code with notes hung on it by Material. */
const other = `<div class="language-python"><pre><code>print("shelf")</code></pre></div><div class="language-pycon highlight"><pre><code>&gt;&gt;&gt; op.drop_table("loan")</code></pre></div>
<div class="language-sql highlight"><pre><code>DROP TABLE loan; <span class="c1">-- (1)!</span></code></pre></div><div class="language-sql highlight"><pre><code>DROP TABLE loan; <aside class="md-annotation">A note.</aside></code></pre></div><pre><code class="language-sqlite">.tables</code></pre><p>Below</p>`;
const pages = Object.fromEntries(Object.entries(shapes).map(([, { kind, html }], at) => [`/${at}`, upgrading(pageWith(html + other), kind)]));
pages["/hydrating"] = upgrading(pageWith(shapes.Docusaurus.html), "sql").replace("<html", '<html data-has-hydrated="false"');
pages["/address"] = pageWith(shapes.MkDocs.html).replace('src="/retort/retort-review.js"', 'src="/retort/retort-review.js?fences=sql,alembic&amp;view=code"');
let site;
let browser;

before(async () => {
  site = await serve({ folders: { "/retort/": join(root, "package") }, pages, policy: strict });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  site?.close();
});

for (const [at, [name, { text }]] of Object.entries(shapes).entries()) {
  test(`${name}: the fence comes alive, once and with its code alone`, async () => {
    const page = await browser.newPage();
    await page.goto(`${site.address}/${at}`);
    const element = page.locator("retort-review");
    await element.getByText("drop-table").first().waitFor();
    assert.equal(await element.count(), 1);
    assert.equal(await element.evaluate(({ code }) => code), text);
    assert.equal(await page.getByText("Copy", { exact: true }).filter({ visible: true }).count(), 0);
    await page.close();
  });
}

test("the name above a fence is shown with the example", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/${Object.keys(shapes).indexOf("Docusaurus, title and line numbers")}`);
  const element = page.locator("retort-review");
  await element.getByText("0002_drop.sql").waitFor();
  await element.getByRole("group", { name: "0002_drop.sql" }).waitFor();
  await page.close();
});

test("a framework finds its nodes where it put them, and takes the example away with the fence", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/${Object.keys(shapes).indexOf("Docusaurus")}`);
  await page.locator("retort-review").getByText("drop-table").first().waitFor();
  // As React does it: by the parent that it knows. If the node is elsewhere, this throws, and a whole page of Docusaurus is gone.
  await page.evaluate(() => {
    const main = document.querySelector("main");
    main.removeChild(document.querySelector(".theme-code-block"));
  });
  await page.locator("retort-review").waitFor({ state: "detached" });
  await page.close();
});

test("a page of Docusaurus is left alone until React has taken it over", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/hydrating`);
  await page.waitForFunction(() => customElements.get("retort-review") !== undefined && document.readyState === "complete");
  // Two turns of what upgrades: had it begun, the element would be there.
  await page.evaluate(() => new Promise((done) => setTimeout(() => setTimeout(done, 0), 0)));
  assert.equal(await page.locator("retort-review").count(), 0);
  await page.evaluate(() => { document.documentElement.dataset.hasHydrated = "true"; });
  await page.locator("retort-review").getByText("drop-table").first().waitFor();
  await page.close();
});

test("a generator that allows no attributes says it behind the address", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/address`);
  const element = page.locator("retort-review");
  await element.locator(".line .hit").first().waitFor();
  assert.equal(await element.getAttribute("view"), "code");
  await page.close();
});

test("a fence that a site puts into the page later comes alive too", async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/0`);
  await page.locator("retort-review").getByText("drop-table").first().waitFor();
  await page.evaluate((html) => document.querySelector("main").replaceChildren(document.createRange().createContextualFragment(html)), shapes.MkDocs.html);
  await page.locator("retort-review").getByText("drop-table").first().waitFor();
  assert.equal(await page.locator("retort-review").count(), 1);
  await page.close();
});

test("a fence follows the colour scheme of its page", async () => {
  const ground = (page) => page.locator("retort-review").evaluate((element) => getComputedStyle(element.shadowRoot.querySelector(".frame")).backgroundColor);
  const page = await browser.newPage();
  await page.goto(`${site.address}/0`);
  await page.locator("retort-review").waitFor();
  assert.equal(await ground(page), "rgb(255, 255, 255)");
  // As mdBook, Material and Docusaurus do it when a reader picks a dark theme.
  await page.evaluate(() => { document.documentElement.style.colorScheme = "dark"; });
  assert.equal(await ground(page), "rgb(22, 27, 30)");
  await page.close();
});
