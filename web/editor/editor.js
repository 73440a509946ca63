// The one place that knows CodeMirror. The app owns the files; this module shows one at a time and
// keeps an editing state (cursor, undo history) for each, so that switching files loses nothing.
//
// Places come as lines and columns in UTF-16 units, never as offsets: CodeMirror counts every line end
// as one character, the file may have two.
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { python } from "@codemirror/lang-python";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { classHighlighter } from "@lezer/highlight";
import { theme } from "./theme.js";

const LANGUAGES = {
  python: () => [python(), indentUnit.of("    ")],
  sql: () => [sql({ dialect: PostgreSQL }), indentUnit.of("    ")],
  text: () => [],
};

/** Makes an editor inside `parent`. The callbacks get `(path, text)`, `(path, line)` and `(finding)`. */
export function createEditor(parent, onChange, onCursor, onFix) {
  return new Editor(parent, onChange, onCursor, onFix);
}

class Editor {
  constructor(parent, onChange, onCursor, onFix) {
    this.onChange = onChange;
    this.onCursor = onCursor;
    this.onFix = onFix;
    this.path = null;
    this.line = 0;
    this.documents = new Map();
    this.view = new EditorView({ parent, state: EditorState.create({ doc: "" }) });
  }

  /** Shows a file; `plain` is for large ones: no highlighting, no editing. */
  show(path, text, language, plain) {
    this.#keep();
    const known = this.documents.get(path);
    const fits = known && known.plain === plain && known.language === language && textOf(known) === text;
    const shown = fits ? known : this.#open(path, text, language, plain);
    this.documents.set(path, shown);
    this.path = path;
    this.line = 0;
    this.view.setState(shown.state);
    if (shown.scroll) this.view.dispatch({ effects: shown.scroll });
  }

  /** Takes over a text that changed elsewhere (a fix, an upload) as one step that can be undone. */
  replace(path, text) {
    const document = this.documents.get(path);
    if (!document) return;
    if (path !== this.path) {
      if (textOf(document) !== text) this.documents.delete(path);
      return;
    }
    const current = this.view.state.doc.toString();
    const wanted = text.replace(/\r\n?/g, "\n");
    if (current === wanted) return;
    this.view.dispatch({ changes: difference(current, wanted), userEvent: "input.replace" });
  }

  /** Drops the editing state of a file that is gone. */
  forget(path) {
    this.documents.delete(path);
    if (path === this.path) this.path = null;
  }

  /** Shows findings under the text: squiggles, gutter marks and what hovering tells. */
  mark(path, marks) {
    if (path !== this.path) return;
    const { state } = this.view;
    const diagnostics = marks.map((mark) => this.#diagnostic(state.doc, mark));
    this.view.dispatch(setDiagnostics(state, diagnostics));
  }

  /** Brings a place into view and puts the cursor there. */
  reveal(line, column, endLine, endColumn, focus) {
    const { doc } = this.view.state;
    const from = offset(doc, line, column);
    const to = Math.max(from, offset(doc, endLine, endColumn));
    const sameLine = doc.lineAt(from).number === doc.lineAt(to).number;
    this.view.dispatch({
      selection: sameLine ? { anchor: from, head: to } : { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    if (focus) this.view.focus();
  }

  focus() {
    this.view.focus();
  }

  destroy() {
    this.view.destroy();
  }

  #keep() {
    const document = this.path === null ? null : this.documents.get(this.path);
    if (!document) return;
    document.state = this.view.state;
    document.scroll = this.view.scrollSnapshot();
  }

  #open(path, text, language, plain) {
    const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
    return { language, plain, lineEnd, state: this.#state(path, text, language, plain, lineEnd), scroll: null };
  }

  #state(path, text, language, plain, lineEnd) {
    return EditorState.create({
      doc: text,
      extensions: [
        theme,
        lineNumbers(),
        lintGutter(),
        highlightSpecialChars(),
        drawSelection(),
        EditorView.contentAttributes.of({ "aria-label": `Text of ${path}`, spellcheck: "false", tabindex: "0" }),
        plain ? EditorState.readOnly.of(true) : this.#editing(language),
        search({ top: true }),
        keymap.of([...searchKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => this.#updated(path, lineEnd, update)),
      ],
    });
  }

  #editing(language) {
    return [
      history(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      syntaxHighlighting(classHighlighter),
      LANGUAGES[language](),
      // Escape, then Tab leaves the editor, as CodeMirror's and our own help say.
      keymap.of([...historyKeymap, indentWithTab]),
    ];
  }

  #updated(path, lineEnd, update) {
    if (update.docChanged) {
      this.onChange(path, update.state.doc.sliceString(0, update.state.doc.length, lineEnd));
    }
    if (update.selectionSet || update.docChanged) {
      const { number } = update.state.doc.lineAt(update.state.selection.main.head);
      if (number !== this.line) {
        this.line = number;
        this.onCursor(path, number);
      }
    }
  }

  #diagnostic(doc, mark) {
    const from = offset(doc, mark.line, mark.column);
    const to = Math.max(from, offset(doc, mark.endLine, mark.endColumn));
    return {
      from,
      // A wave under ten lines tells no more than one under the first.
      to: Math.min(to, doc.lineAt(from).to),
      severity: mark.severity,
      markClass: `mark-${mark.severity}`,
      message: mark.message,
      renderMessage: () => explanation(mark),
      actions: mark.fix ? [{ name: mark.fix, apply: () => this.onFix(mark.finding) }] : [],
    };
  }
}

function textOf({ state, lineEnd }) {
  return state.doc.sliceString(0, state.doc.length, lineEnd);
}

/** The place of a line and column, counted from 1, inside the text whatever was asked. */
function offset(doc, line, column) {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + Math.max(column, 1) - 1, to);
}

/** One replacement that turns `current` into `wanted`. */
function difference(current, wanted) {
  const shorter = Math.min(current.length, wanted.length);
  let start = 0;
  while (start < shorter && current[start] === wanted[start]) start += 1;
  let end = 0;
  while (end < shorter - start && current.at(-1 - end) === wanted.at(-1 - end)) end += 1;
  return { from: start, to: current.length - end, insert: wanted.slice(start, wanted.length - end) };
}

/** What hovering shows, as text nodes only: messages hold names from the input. */
function explanation({ message, help, rule }) {
  const box = document.createElement("div");
  box.className = "mark-explanation";
  for (const [name, text] of [["message", message], ["help", help], ["rule", rule]]) {
    if (!text) continue;
    const line = box.appendChild(document.createElement("div"));
    line.className = `mark-${name}-text`;
    line.textContent = text;
  }
  return box;
}
