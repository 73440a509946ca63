// The editor of an editable example; loaded only by pages that have one.
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { python } from "@codemirror/lang-python";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { classHighlighter } from "@lezer/highlight";

const looks = EditorView.theme({
  "&": { color: "inherit", backgroundColor: "transparent", fontSize: "var(--retort-code-size, .875em)" },
  ".cm-scroller": { fontFamily: "var(--retort-font-mono, ui-monospace, monospace)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "currentcolor", padding: "calc(.6em / .875) 0", tabSize: "4" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "transparent", borderRight: "1px solid var(--rule)" },
  ".cm-cursor": { borderLeftColor: "currentcolor" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".tok-keyword": { color: "light-dark(#7a2f86, #d7a3e2)" },
  ".tok-string, .tok-string2": { color: "light-dark(#2c6a31, #9ad19d)" },
  ".tok-number": { color: "light-dark(#8d4a10, #e8b184)" },
  ".tok-comment": { color: "light-dark(#5c656a, #95a0a3)" },
});

// Marks of our own instead of a linter's: its squiggles are images, which a strict policy forbids.
const setMarks = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const effect = transaction.effects.find((one) => one.is(setMarks));
    return effect ? Decoration.set(effect.value, true) : marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Makes an editor inside a shadow root; `onChange` gets the text after each change. */
export function createEditor(parent, root, text, language, onChange) {
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        // Tab leaves the editor, so that the keyboard is never caught in an example.
        keymap.of([...defaultKeymap, ...historyKeymap]),
        language === "sql" ? sql({ dialect: PostgreSQL }) : [python(), indentUnit.of("    ")],
        syntaxHighlighting(classHighlighter),
        EditorView.contentAttributes.of({ "aria-label": "Migration, editable" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        marked,
        looks,
      ],
    }),
  });
  const at = (line, column) => {
    const { doc } = view.state;
    const found = doc.line(Math.min(doc.lines, line + 1));
    return Math.min(found.to, found.from + column);
  };
  return {
    set(doc) {
      if (doc !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: doc } });
    },
    mark(marks) {
      const places = marks.flatMap(({ line, lastLine, column, lastColumn, level, message }) => {
        const [from, to] = [at(line, column), at(lastLine, lastColumn)];
        return to > from ? [Decoration.mark({ class: `hit ${level}`, attributes: { title: message } }).range(from, to)] : [];
      });
      view.dispatch({ effects: setMarks.of(places) });
    },
    reveal({ line, column }) {
      view.dispatch({ selection: { anchor: at(line, column) }, scrollIntoView: true });
      view.focus();
    },
  };
}
