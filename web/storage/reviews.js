// The reviews that this browser keeps, in IndexedDB. A tab holds a lock on the review it works on, so that no other tab
// writes it; where the browser has no locks, a version that is compared before each write does the same.
const DATABASE = "retort";
const REVIEWS = "reviews";
/** What the list of reviews shows, so that it does not read them whole. */
const LIST = "list";
/** Which review this tab works on: survives a reload, not the tab. */
const TAB = "retort.v2.review";
/** The last words of a page that went away, by review. A database drops what it has not finished when its page goes, this
 * storage does not; it is small, though, and the page waits for it. */
const LAST = "retort.v2.last.";
/** A page that goes away gives its lock back only after the next one has asked for it. */
const PATIENCE = 700;
/** A page that was loaded again waits for nobody but itself, however slowly it goes away. */
const PATIENCE_WITH_ITSELF = 5000;

const lockName = (id) => `retort-review-${id}`;

/** Opens the store; fails if the browser forbids it. */
export async function openStore() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const name of [REVIEWS, LIST]) request.result.createObjectStore(name, { keyPath: "id" });
  };
  return new ReviewStore(await done(request));
}

class ReviewStore {
  #database;
  #versions = new Map();
  #held = null;

  constructor(database) {
    this.#database = database;
    // Another tab wants to change the layout: it must not wait for this one.
    database.onversionchange = () => database.close();
  }

  /** The review to go on with: this tab's own, or the newest one. `elsewhere` names it if another tab has it open. */
  async resume() {
    const all = await this.#entries();
    const own = sessionStorage.getItem(TAB);
    const entry = all.find(({ id }) => id === own) ?? all[0];
    if (!entry) return null;
    const again = entry.id === own && performance.getEntriesByType("navigation")[0]?.type === "reload";
    return (await this.open(entry.id, again ? PATIENCE_WITH_ITSELF : PATIENCE)) ?? { elsewhere: entry.name };
  }

  /** A review, which this tab then holds; nothing if another tab does. */
  async open(id, patience = 0) {
    const held = await this.#lock(id, patience);
    if (!held) return null;
    await this.#adopt().catch(() => {});
    const record = await this.#read(id);
    if (!record) {
      held.release();
      return null;
    }
    this.#hold(held);
    this.#versions.set(id, record.version);
    return { id, review: record.review };
  }

  /** A review's content, whoever has it open. */
  async copy(id) {
    return (await this.#read(id))?.review ?? null;
  }

  /** Makes this tab the one that works on a review, as far as no other does. */
  async hold(id) {
    sessionStorage.setItem(TAB, id);
    if (this.#held?.id === id) return;
    const held = await this.#lock(id, 0);
    if (held) this.#hold(held);
  }

  /** Every review, the newest first. */
  async list() {
    const before = this.#held;
    const locks = navigator.locks ? (await navigator.locks.query()).held : [];
    // By who holds them: this tab may still hold the one that it has just left.
    const own = locks.find(({ name }) => [before, this.#held].some((held) => held && name === lockName(held.id)))?.clientId;
    const others = locks.filter(({ clientId }) => clientId !== own).map(({ name }) => name);
    const entries = await this.#entries();
    return entries.map((entry) => ({ ...entry, elsewhere: others.includes(lockName(entry.id)) }));
  }

  /** Keeps a review; `"conflict"` if another tab has written it since. */
  async save(id, name, files, review) {
    const transaction = this.#database.transaction([REVIEWS, LIST], "readwrite");
    const finished = completed(transaction);
    const write = (version) => {
      transaction.objectStore(REVIEWS).put({ id, version, review });
      transaction.objectStore(LIST).put({ id, name, files, changed: Date.now() });
      this.#versions.set(id, version);
    };
    const known = this.#versions.get(id) ?? 0;
    if (this.#held?.id === id && !this.#held.versioned) {
      // At once: a page that goes away does not wait for an answer.
      write(known + 1);
      transaction.commit?.();
    } else {
      const stored = (await done(transaction.objectStore(REVIEWS).get(id)))?.version ?? 0;
      if (stored !== known) return "conflict";
      write(known + 1);
    }
    await finished;
    return "saved";
  }

  /** Keeps a review while the page goes away. */
  leave(id, name, files, review) {
    const version = (this.#versions.get(id) ?? 0) + 1;
    try {
      localStorage.setItem(LAST + id, JSON.stringify({ id, name, files, review, version }));
    } catch {
      // Forbidden or full: what the database finishes must do.
    }
    this.save(id, name, files, review).then((outcome) => outcome === "saved" && localStorage.removeItem(LAST + id)).catch(() => {});
  }

  async remove(id) {
    const transaction = this.#database.transaction([REVIEWS, LIST], "readwrite");
    for (const name of [REVIEWS, LIST]) transaction.objectStore(name).delete(id);
    this.#versions.delete(id);
    await completed(transaction);
  }

  #read(id) {
    return done(this.#database.transaction(REVIEWS).objectStore(REVIEWS).get(id));
  }

  /** Takes last words into the database. */
  async #adopt() {
    for (const [key, text] of lastWords()) {
      const { id, name, files, review, version } = JSON.parse(text);
      const transaction = this.#database.transaction([REVIEWS, LIST], "readwrite");
      const finished = completed(transaction);
      const stored = await done(transaction.objectStore(REVIEWS).get(id));
      const put = (id, name, version) => {
        transaction.objectStore(REVIEWS).put({ id, version, review });
        transaction.objectStore(LIST).put({ id, name, files, changed: Date.now() });
      };
      if ((stored?.version ?? 0) === version - 1) put(id, name, version);
      // Another tab went on with the review since: both are kept.
      else if (JSON.stringify(stored?.review) !== JSON.stringify(review)) put(`${id}-${Date.now()}`, `${name} (copy)`, 1);
      await finished;
      localStorage.removeItem(key);
    }
  }

  async #entries() {
    await this.#adopt().catch(() => {});
    const all = await done(this.#database.transaction(LIST).objectStore(LIST).getAll());
    return all.sort((one, other) => other.changed - one.changed);
  }

  #hold(held) {
    this.#held?.release();
    this.#held = held;
    sessionStorage.setItem(TAB, held.id);
  }

  /** The lock on a review, or nothing if it is not to be had. */
  #lock(id, patience) {
    if (this.#held?.id === id) return this.#held;
    if (!navigator.locks) return { id, versioned: true, release() {} };
    return new Promise((resolve) => {
      const options = patience > 0 ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
      const until = (lock) => {
        if (!lock) return resolve(null);
        return new Promise((release) => resolve({ id, release }));
      };
      navigator.locks.request(lockName(id), options, until).catch(() => resolve(null));
    });
  }
}

function lastWords() {
  try {
    return Object.entries(localStorage).filter(([key]) => key.startsWith(LAST));
  } catch {
    return [];
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
