import type {
  DiagramOptions,
  Fixed,
  InputFile,
  Report,
  ReversalReport,
  ReverseOptions,
  ReviewOptions,
  RulePage,
  SqlOptions,
} from "./retort-wasm.js";

export type * from "./retort-wasm.js";

/**
 * Loads WebAssembly. The functions below do it by themselves; call this to load early, or from another place: an address,
 * a response, bytes, a compiled module. It loads once: what later calls name is not looked at. The `rest` holds what ordinary
 * reviews do not need, and is loaded by the first call that needs it.
 */
export function load(source?: ModuleSource, rest?: ModuleSource): Promise<void>;

/** Where a module is, or the module. */
export type ModuleSource = URL | string | Request | Response | BufferSource | WebAssembly.Module;

/** Reviews files: findings, effects of each statement, checklist, revisions. Fails if the settings are wrong. */
export function review(files: InputFile[], options?: ReviewOptions): Promise<Report>;

/** Applies every safe repair, again and again until none is left. */
export function fix(files: InputFile[], options?: ReviewOptions): Promise<Fixed>;

/** Writes the downgrade of a revision from its upgrade, and says what it cannot bring back. */
export function reverse(files: InputFile[], options?: ReverseOptions): Promise<ReversalReport>;

/** Draws the difference of two states of the schema as an SVG file that needs nothing else. */
export function diagram(files: InputFile[], options?: DiagramOptions): Promise<string>;

/** The SQL that runs between two revisions, as Alembic's offline mode prints it. */
export function sql(files: InputFile[], options?: SqlOptions): Promise<string>;

/** Every rule with its page in Markdown. */
export function rules(): Promise<RulePage[]>;
