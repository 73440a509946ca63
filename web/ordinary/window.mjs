// A document without a browser as this process's own: what stands on its window becomes global.

/** What the process has too, and the page must have from the window. */
const WINDOWS = new Set(["Event", "EventTarget", "CustomEvent", "MessageEvent", "Blob", "File", "FormData", "navigator", "AbortController", "AbortSignal"]);

export function becomes(window) {
  const own = new Set(Object.getOwnPropertyNames(globalThis));
  const names = new Set([window, Object.getPrototypeOf(window)].flatMap((object) => Object.getOwnPropertyNames(object)));
  for (const name of names) {
    if (name === "constructor" || name.startsWith("_") || (own.has(name) && !WINDOWS.has(name))) continue;
    const value = window[name];
    // Methods want their window.
    const isMethod = typeof value === "function" && (!value.prototype || /^[a-z]/.test(name));
    Object.defineProperty(globalThis, name, { value: isMethod ? value.bind(window) : value, configurable: true, writable: true });
  }
  globalThis.window = globalThis;
  globalThis.self = globalThis;
  // WebAssembly asks whether the global object is a window.
  globalThis.Window = class {
    static [Symbol.hasInstance](value) {
      return value === globalThis || value === window;
    }
  };
}
