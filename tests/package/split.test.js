// The two parts of the module against the module in one piece.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { documented } from "../../web/embed/documented.mjs";
import { plain } from "../../web/ordinary/plain.mjs";
import { diagram, fix, reverse, review, sql } from "../../package/node.js";
import { root } from "./support.js";

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
// Another address is another instance.
const whole = await import("../../package/retort-wasm.js?whole");
await whole.default({ module_or_path: await readFile(join(target, "retort-wasm_whole.wasm")) });

const kinds = {
  review: [review, {}],
  "review with settings": [review, { config: 'postgres = 14\n[rules]\ndrop-table = "off"\n' }],
  fix: [fix, {}],
  reverse: [reverse, {}],
  diagram: [diagram, {}],
  sql: [sql, { down: true }],
};

// Before anything else, since what brings the rest brings it for all instances.
test("plain migrations do without the rest of the module, and most examples", async () => {
  const alone = await import("../../package/retort-wasm.js?alone");
  const exported = await alone.default({ module_or_path: await readFile(join(root, "package/retort-wasm_bg.wasm")) });
  const globals = Object.values(exported).filter((value) => value instanceof WebAssembly.Global);
  const before = globals.map(({ value }) => value);
  const needsMore = (files) => {
    try {
      alone.review(files, {});
      return false;
    } catch (error) {
      assert.match(error.message, /rest of the module is not loaded/);
      for (const [at, global] of globals.entries()) if (global.value !== before[at]) global.value = before[at];
      return true;
    }
  };
  assert.deepEqual(plain.filter(needsMore), []);
  const all = await documented();
  const some = all.filter(needsMore).length;
  assert.ok(some < all.length * 0.15, `${some} of ${all.length} examples`);
});

/** What a call gives or says. */
async function outcome(call) {
  try {
    return JSON.stringify(await call());
  } catch (error) {
    return `refused: ${error.message}`;
  }
}

async function differences([name, [call, options]], examples) {
  const different = [];
  for (const files of examples) {
    const [split, one] = [await outcome(() => call(files, options)), await outcome(() => whole[name.split(" ")[0]](files, options))];
    if (split !== one) different.push({ files, split, one });
  }
  return different;
}

test("every example is reviewed as by the module in one piece, also while it is typed", async () => {
  const all = await documented();
  assert.ok(all.length > 500, `${all.length} examples`);
  const half = (files) => files.map((file, at) => (at === files.length - 1 ? { ...file, text: file.text.slice(0, file.text.length / 2) } : file));
  const some = all.filter((_, at) => at % 5 === 0);
  assert.deepEqual(await differences(["review", kinds.review], [...all, ...some.map(half)]), []);
});

test("everything else gives the same from two parts as from one", async () => {
  const some = (await documented()).filter((_, at) => at % 10 === 0);
  for (const kind of Object.entries(kinds)) assert.deepEqual(await differences(kind, some), [], kind[0]);
});
