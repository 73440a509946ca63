// Fences as the generators write them, upgraded by the script's attribute. The HTML is our own, in each one's shape: its
// wrappers, highlighting, line numbers and copy button.
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
  "Docusaurus": { kind: "sql", text: sql, html: `<div class="language-sql codeBlockContainer_a theme-code-block"><div class="codeBlockContent_b"><pre tabindex="0" class="prism-code language-sql codeBlock_c"><code class="codeBlockLines_d"><span class="token-line"><span class="token keyword">DROP</span><span class="token plain"> TABLE loan;</span><br></span><span class="token-line"><span class="token plain">DROP TABLE copy;</span><br></span></code></pre><div class="buttonGroup_e">${copy}</div></div></div>` },
  "Sphinx": { kind: "sql", text: sql, html: `<div class="highlight-sql notranslate"><div class="highlight"><pre><span></span><span class="k">DROP</span><span class="w"> </span>TABLE loan;\nDROP TABLE copy;\n</pre>${copy}</div></div>` },
  "Sphinx, line numbers": { kind: "sql", text: sql, html: `<div class="highlight-sql notranslate"><div class="highlight"><pre><span></span><span class="linenos">1</span>DROP TABLE loan;\n<span class="linenos">2</span>DROP TABLE copy;\n</pre></div></div>` },
  "Sphinx, marked": { kind: "marked", text: sql, html: `<div class="retort highlight-sql notranslate"><div class="highlight"><pre><span></span>${sql}\n</pre></div></div>` },
  "Sphinx, Python": { kind: "alembic", text: python, html: `<div class="highlight-python3 notranslate"><div class="highlight"><pre><span></span>${python}\n</pre></div></div>` },
  "VitePress": { kind: "sql", text: sql, html: `<div class="language-sql line-numbers-mode">${copy}<span class="lang">sql</span><pre class="shiki"><code><span class="line">DROP TABLE loan;</span>\n<span class="line">DROP TABLE copy;</span></code></pre><div class="line-numbers-wrapper"><span>1</span><br><span>2</span><br></div></div>` },
};
const upgrading = (page, kind) => page.replace('src="/retort/retort-review.js"', `src="/retort/retort-review.js" data-fences="${kind}"`);
const other = '<div class="language-python"><pre><code>print("shelf")</code></pre></div><pre><code class="language-sqlite">.tables</code></pre><p>Below</p>';
const pages = Object.fromEntries(Object.entries(shapes).map(([, { kind, html }], at) => [`/${at}`, upgrading(pageWith(html + other), kind)]));
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
