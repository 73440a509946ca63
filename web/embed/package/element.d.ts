import type { InputFile, Report } from "./index.js";

/** What `retort-review` shows beside the code. */
export type View = "code" | "findings" | "checklist" | "diagram" | "locks" | "split";

/** `<retort-review>` around a `<pre><code>`. Events bubble: `ready`, `review`, `change`, `error`. */
export class RetortReview extends HTMLElement {
  /** The example's text as it is now. Setting it reviews again. */
  code: string;
  /** The last review; null before the first. */
  readonly report: Report | null;
  /** The files that were reviewed: those of the text, and the hidden ones of its history. */
  readonly files: InputFile[];
  /** What `expect` asks for and the last review did not show; empty if all is well. */
  readonly unmet: string[];
  /** What is shown; mirrors the attribute. */
  view: View;
  /** Reviews now, even if the element was not scrolled to yet. */
  refresh(): Promise<Report>;
  /** Takes back what the reader wrote. */
  reset(): void;
}

/** Registers the element; a second call with the same name does nothing. */
export function defineRetortReview(name?: string): void;

/** Puts the fences of a page into elements, as the script's `data-fences` does: `marked`, `sql`, `alembic`. */
export function upgradeFences(kinds: string[], root?: ParentNode, attributes?: Record<string, string>): RetortReview[];
