// Zip archives in and out. They are unpacked as a stream and counted while they grow, since an archive of a few
// kilobytes can claim to be small and unpack to gigabytes.
import { strToU8, Unzip, UnzipInflate, UnzipPassThrough, zipSync } from "fflate";

const MOST_FILES = 5000;
const MOST_BYTES = 96 * 1024 * 1024;
/** How much is unpacked between two looks at the count. */
const SLICE = 16 * 1024;

/** The files of an archive that may matter, as `{ path, bytes }`. Throws with the reason if it is refused. */
export function unpack(archive) {
  const files = [];
  let total = 0;
  const unzip = new Unzip();
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  unzip.onfile = (file) => {
    const path = cleaned(file.name);
    if (path === null) return;
    if (files.length === MOST_FILES) throw new Error(`The archive holds more than ${MOST_FILES} files.`);
    const entry = { path, chunks: [] };
    files.push(entry);
    file.ondata = (error, chunk) => {
      if (error) throw new Error(`${path} in the archive is damaged: ${error.message}.`);
      total += chunk.length;
      if (total > MOST_BYTES) {
        throw new Error("The archive unpacks to more than 96 MB, which no set of migrations does. It was not opened.");
      }
      entry.chunks.push(chunk);
    };
    file.start();
  };
  for (let start = 0; start < archive.length; start += SLICE) {
    unzip.push(archive.subarray(start, start + SLICE), start + SLICE >= archive.length);
  }
  if (files.length === 0) throw new Error("The archive holds no SQL and no Python file.");
  return files.map(({ path, chunks }) => ({ path, bytes: joined(chunks) }));
}

/** One archive of the given `{ path, text }`. */
export function pack(files) {
  return zipSync(Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)])));
}

/** The path inside the archive without what could lead out of it; null for what is not wanted. */
function cleaned(name) {
  const parts = name.replaceAll("\\", "/").split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  const hidden = parts.some((part) => part.startsWith(".") || part === "__MACOSX" || part === "__pycache__");
  const wanted = /\.(py|sql|ddl|psql)$/i.test(name) || parts.at(-1) === "retort.toml";
  return wanted && !hidden ? parts.join("/") : null;
}

function joined(chunks) {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}
