// Colours for code that is only read: enough for SQL and Python, a thousandth of an editor.

const SQL_WORDS =
  "add all alter and as asc authorization begin between by cascade case check column comment commit concurrently " +
  "constraint create cross current database default deferrable delete desc distinct do domain drop else end enum exclude " +
  "execute exists extension false for foreign from full function generated grant group having identity if in index inner " +
  "insert into is join key left like limit local lock materialized no not null nulls of off on only or order outer over " +
  "owner partition policy primary procedure references refresh rename replace restrict returning returns right rollback row " +
  "schema select sequence session set table temporary then timeout to transaction trigger true truncate type union unique " +
  "update using valid validate values view when where with without";
const PYTHON_WORDS =
  "and as assert async await break class continue def del elif else except False finally for from global if import in is " +
  "lambda None nonlocal not or pass raise return True try while with yield";

const languages = {
  sql: {
    words: new Set(SQL_WORDS.split(" ")),
    fold: (word) => word.toLowerCase(),
    token: /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*'?|\$(\w*)\$[\s\S]*?\$\3\$)|(\b\d[\d_.]*\b)|([A-Za-z_]\w*)/g,
  },
  python: {
    words: new Set(PYTHON_WORDS.split(" ")),
    fold: (word) => word,
    token:
      /(#[^\n]*)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?!)()|(\b\d[\d_.]*\b)|([A-Za-z_]\w*)/g,
  },
};

/** The pieces of each line, as `{ text, kind, from }`, where `from` is the column and `kind` may be empty. */
export function highlight(text, language) {
  const { words, fold, token } = languages[language];
  const lines = [[]];
  const add = (piece, kind) => {
    piece.split("\n").forEach((part, index) => {
      if (index > 0) lines.push([]);
      const line = lines.at(-1);
      const from = line.length === 0 ? 0 : line.at(-1).from + line.at(-1).text.length;
      if (part !== "") line.push({ text: part, kind, from });
    });
  };
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [whole, comment, string, , number, word] = match;
    add(text.slice(end, match.index), "");
    if (comment !== undefined) add(whole, "comment");
    else if (string !== undefined) add(whole, "string");
    else if (number !== undefined) add(whole, "number");
    else add(whole, word !== undefined && words.has(fold(word)) ? "keyword" : "");
    end = match.index + whole.length;
  }
  add(text.slice(end), "");
  return lines;
}
