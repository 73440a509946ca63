// Where two catalogs in the shape of `retort schema --format json` differ, one line each:
// "tables/parcel/columns/weight/default: null instead of 0".

// Texts that only PostgreSQL prints.
const notCompared = new Set(["definition", "format"]);

/** What `found` has in another way than `expected`. */
export function differences(expected, found) {
  const lines = [];
  compare("", expected, found, lines);
  return lines;
}

function compare(path, expected, found, lines) {
  if (isNamed(expected) && isNamed(found)) {
    compareNamed(path, expected, found, lines);
  } else if (isObject(expected) && isObject(found)) {
    for (const key of Object.keys(expected)) {
      if (notCompared.has(key)) continue;
      compare(path ? `${path}/${key}` : key, expected[key], found[key] ?? null, lines);
    }
  } else if (JSON.stringify(expected) !== JSON.stringify(found)) {
    lines.push(`${path}: ${shown(found)} instead of ${shown(expected)}`);
  }
}

function compareNamed(path, expected, found, lines) {
  const others = new Map(found.map((item) => [label(item), item]));
  const own = new Map(expected.map((item) => [label(item), item]));
  for (const [name, item] of own) {
    if (others.has(name)) compare(`${path}/${name}`, item, others.get(name), lines);
    else lines.push(`${path}/${name} is missing`);
  }
  for (const name of others.keys()) {
    if (!own.has(name)) lines.push(`${path}/${name} should not be there`);
  }
  // Only what both have can stand in another order.
  const order = [...own.keys()].filter((name) => others.has(name));
  const actual = [...others.keys()].filter((name) => own.has(name));
  if (order.join("\n") !== actual.join("\n")) {
    lines.push(`${path}: in the order ${actual.join(", ")} instead of ${order.join(", ")}`);
  }
}

/** What tells one object of a list from the others. */
function label({ schema, name, arguments: parameters }) {
  const called = parameters === undefined ? name : `${name}(${parameters})`;
  return schema === undefined || schema === "public" ? called : `${schema}.${called}`;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNamed(value) {
  return Array.isArray(value) && value.every((item) => isObject(item) && "name" in item);
}

function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
