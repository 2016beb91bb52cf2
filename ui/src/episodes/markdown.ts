// The editor of the notes: CodeMirror with Markdown, in the colours of the tokens. Loaded when a page needs it: 307 kB, 100 kB
// compressed, beside 112 kB compressed of the window itself. Only the Markdown parser: HTML, CSS and JavaScript stay outside.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { defineLanguageFacet, HighlightStyle, Language, languageDataProp, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { EditorState, Transaction, type StateCommand } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Autolink, parser, Strikethrough } from "@lezer/markdown";

const data = defineLanguageFacet({});
const language = new Language(data, parser.configure([Strikethrough, Autolink, { props: [languageDataProp.add({ Document: data })] }]), [], "markdown");

const colours = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.url, tags.labelName, tags.string], color: "var(--text-soft)" },
  { tag: tags.link, textDecoration: "underline", textDecorationColor: "var(--line-strong)", textUnderlineOffset: "3px" },
  { tag: tags.monospace, fontFamily: "monospace", fontSize: "0.94em" },
  { tag: tags.quote, color: "var(--text-soft)" },
]);

const look = EditorView.theme({
  "&": { background: "none", color: "var(--text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "var(--type-source)", overflow: "visible", fontFamily: "var(--font-ui)" },
  ".cm-content": { padding: "0", minHeight: "196px", caretColor: "var(--text)" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderInlineStart: "1.5px solid var(--text)" },
  ".cm-placeholder": { color: "var(--text-soft)" },
});

/** Puts a sign of Markdown around what is selected, or takes it away. */
function around(sign: string): StateCommand {
  return ({ state, dispatch }) => {
    const change = state.changeByRange((range) => {
      const { from, to } = range;
      const has = state.sliceDoc(from - sign.length, from) === sign && state.sliceDoc(to, to + sign.length) === sign;
      const changes = has
        ? [{ from: from - sign.length, to: from }, { from: to, to: to + sign.length }]
        : [{ from, insert: sign }, { from: to, insert: sign }];
      const by = has ? -sign.length : sign.length;
      return { changes, range: range.extend(from + by, to + by) };
    });
    dispatch(state.update(change, { userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

export const bold = around("**");
export const italic = around("*");

/** Makes the selection the words of a link, and puts the cursor where its address goes. */
export const link: StateCommand = ({ state, dispatch }) => {
  const { from, to } = state.selection.main;
  const words = state.sliceDoc(from, to);
  const insert = `[${words}](https://)`;
  const at = words ? from + insert.length - 1 : from + 1;
  dispatch(state.update({ changes: { from, to, insert }, selection: { anchor: at }, userEvent: "input", scrollIntoView: true }));
  return true;
};

const item = /^(\s*)([-*+]|(\d{1,6})([.)]))(\s+)(\[[ xX]\]\s+)?/;

/** Enter in a list begins the next entry; in an empty entry it ends the list. */
const nextEntry: StateCommand = ({ state, dispatch }) => {
  const range = state.selection.main;
  if (!range.empty || state.selection.ranges.length > 1) return false;
  const line = state.doc.lineAt(range.head);
  const found = item.exec(line.text);
  if (!found || range.head < line.from + found[0].length) return false;
  if (syntaxTree(state).resolveInner(line.from, 1).name.includes("Code")) return false;
  if (found[0].length === line.text.length) {
    dispatch(state.update({ changes: { from: line.from, to: line.to }, userEvent: "input" }));
    return true;
  }
  const sign = found[3] === undefined ? found[2] : `${Number(found[3]) + 1}${found[4]}`;
  const insert = `\n${found[1]}${sign}${found[5]}${found[6] ? "[ ] " : ""}`;
  dispatch(state.update({ changes: { from: range.head, insert }, selection: { anchor: range.head + insert.length }, userEvent: "input", scrollIntoView: true }));
  return true;
};

interface Wishes {
  label: string;
  hint: string;
  testid: string;
  typed: (words: string) => void;
  left: () => void;
}

/** CodeMirror would put a style element into the head, which the page's policy refuses. Without a head in sight it
 *  adopts a constructed sheet, which the policy allows. */
function withoutHead<T>(make: () => T): T {
  Object.defineProperty(document, "head", { configurable: true, get: () => null });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(document, "head");
  }
}

/** Opens an editor inside `parent`. */
export function open(parent: HTMLElement, words: string, wishes: Wishes): EditorView {
  return withoutHead(() => editor(parent, words, wishes));
}

function editor(parent: HTMLElement, words: string, wishes: Wishes): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: words,
      extensions: [
        history(),
        language,
        syntaxHighlighting(colours),
        look,
        EditorView.lineWrapping,
        placeholder(wishes.hint),
        EditorView.contentAttributes.of({ "aria-label": wishes.label, "data-testid": wishes.testid, spellcheck: "true", autocapitalize: "sentences" }),
        // Tab leaves the editor, as it leaves every field.
        keymap.of([{ key: "Mod-b", run: bold }, { key: "Mod-i", run: italic }, { key: "Mod-Shift-k", run: link }, { key: "Enter", run: nextEntry }, ...defaultKeymap.filter((one) => one.key !== "Mod-Enter"), ...historyKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((one) => one.annotation(Transaction.remote))) wishes.typed(update.state.doc.toString());
          if (update.focusChanged && !update.view.hasFocus) wishes.left();
        }),
      ],
    }),
  });
}

/** Shows other words, which came from the library; what was typed before can still be taken back. */
export function replace(view: EditorView, words: string): void {
  if (view.state.doc.toString() === words) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: words }, annotations: Transaction.remote.of(true) });
}
