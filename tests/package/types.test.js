// The generated types, as a program in TypeScript sees them: strictly, as bundlers and as Node resolve the package.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "./support.js";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
let folder;

before(async () => {
  folder = await mkdtemp(join(root, "package", "types-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(join(root, "package"), join(folder, "node_modules/retort-review"));
  await cp(join(root, "tests/package/types/consumer.ts"), join(folder, "consumer.ts"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
});

after(() => rm(folder, { recursive: true, force: true }));

// The tests build the package around the site's module, which has a class more than the one that is published; wasm-bindgen
// gives it `Symbol.dispose`.
const lib = "es2023,esnext.disposable,dom,dom.iterable";

for (const [who, options] of [
  ["a bundler", ["--module", "esnext", "--moduleResolution", "bundler"]],
  ["Node", ["--module", "nodenext", "--moduleResolution", "nodenext"]],
]) {
  test(`a program compiles against the types as ${who} finds them`, () => {
    const { status, stdout } = spawnSync(process.execPath, [tsc, "--noEmit", "--strict", "--target", "es2022", "--lib", lib, ...options, "consumer.ts"], { cwd: folder, encoding: "utf8" });
    assert.equal(stdout, "");
    assert.equal(status, 0);
  });
}
