/**
 * The tables of an SQL text dump as SQLite writes it. It is read, never executed: a statement of somebody else's could open files.
 * Of SQL it knows CREATE TABLE (for the names of columns) and INSERT INTO … VALUES; all else is passed over.
 */
import type { Problems } from "./read.ts";
import { shown } from "./shown.ts";

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Rows of all tables together. */
const MAX_ROWS = 500_000;
/** Columns of a table, values of a row. */
const MAX_COLUMNS = 100;

/**
 * The rows of the named tables, each with the line on which it begins. A statement that cannot be read is a problem, and reading goes on
 * behind its semicolon.
 *
 * @param file name under which problems are reported.
 */
export function readSqlDump(text: string, file: string, tables: readonly string[], problems: Problems): Map<string, { line: number; row: SqlRow }[]> {
  const out = new Map(tables.map((name): [string, { line: number; row: SqlRow }[]] => [name, []]));
  const columns = new Map<string, readonly string[]>();
  const cursor: Cursor = { text, at: 0 };
  const lineOf = lineCounter(text);
  let rows = 0;
  for (let token = next(cursor); token.kind !== "end"; token = next(cursor)) {
    try {
      if (isWord(token, "CREATE") && isWord(next(cursor), "TABLE")) {
        const table = readTable(cursor);
        columns.set(table.name, table.columns);
      } else if (isWord(token, "INSERT")) {
        expectWord(next(cursor), "INTO");
        const name = nameOf(next(cursor));
        const list = out.get(name);
        if (list === undefined) continue;
        for (const { at, row } of readRows(cursor, columns.get(name))) {
          if ((rows += 1) > MAX_ROWS) throw new SqlFlaw(`There are more than ${MAX_ROWS} rows; that is the most that is read.`, token);
          list.push({ line: lineOf(at), row });
        }
      }
    } catch (error) {
      if (!(error instanceof SqlFlaw)) throw error;
      problems.add({ file, line: lineOf(error.token.at), ...(error.token.kind !== "end" && { value: shown(error.token.text) }), message: error.message });
      if (rows > MAX_ROWS) return out;
    } finally {
      // What is left of the statement, and the whole of those that are none of ours.
      while (text[cursor.at - 1] !== ";" && next(cursor).kind !== "end");
    }
  }
  if (cursor.unclosed !== undefined)
    problems.add({ file, line: lineOf(cursor.unclosed), message: "A text or comment begins here and has no end; the rest of the file was not read." });
  return out;
}

interface Token {
  kind: "word" | "name" | "text" | "number" | "sign" | "end";
  text: string;
  at: number;
}

/** A place in the dump. A quote without its partner ends the dump, as its end does. */
interface Cursor {
  readonly text: string;
  at: number;
  unclosed?: number;
}

/** Ends a statement; does not leave this file. */
class SqlFlaw extends Error {
  readonly token: Token;
  constructor(message: string, token: Token) {
    super(message);
    this.token = token;
  }
}

/** `TABLE name (column type …, FOREIGN KEY (…) …)`: the first word of each part. */
function readTable(cursor: Cursor): { name: string; columns: string[] } {
  let token = next(cursor);
  if (isWord(token, "IF")) {
    expectWord(next(cursor), "NOT");
    expectWord(next(cursor), "EXISTS");
    token = next(cursor);
  }
  const name = nameOf(token);
  expectSign(next(cursor), "(");
  const columns: string[] = [];
  for (let [depth, first] = [1, true]; depth > 0;) {
    token = next(cursor);
    if (token.kind === "end" || isSign(token, ";")) throw new SqlFlaw("The statement ends too early.", token);
    if (first && !(token.kind === "word" && /^(?:CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN)$/i.test(token.text))) columns.push(nameOf(token));
    if (columns.length > MAX_COLUMNS) throw new SqlFlaw(`A table has more than ${MAX_COLUMNS} columns; that is the most that is read.`, token);
    first = isSign(token, ",") && depth === 1;
    depth += isSign(token, "(") ? 1 : isSign(token, ")") ? -1 : 0;
  }
  return { name, columns };
}

/** `[(column, …)] VALUES (value, …), …` */
function* readRows(cursor: Cursor, declared: readonly string[] | undefined): Generator<{ at: number; row: SqlRow }> {
  let token = next(cursor);
  let columns = declared;
  if (isSign(token, "(")) {
    const named: string[] = [];
    do named.push(nameOf(next(cursor)));
    while (more(cursor, named.length));
    columns = named;
    token = next(cursor);
  }
  expectWord(token, "VALUES");
  do {
    const open = next(cursor);
    expectSign(open, "(");
    const values: SqlValue[] = [];
    do values.push(readValue(cursor));
    while (more(cursor, values.length));
    if (columns === undefined) throw new SqlFlaw("The table's columns are not known: CREATE TABLE must stand before its rows.", open);
    if (values.length !== columns.length) throw new SqlFlaw(`The row has ${values.length} values; the table has ${columns.length} columns.`, open);
    yield { at: open.at, row: Object.fromEntries(columns.map((name, i) => [name, values[i]!])) };
    token = next(cursor);
  } while (isSign(token, ","));
  expectSign(token, ";");
}

function more(cursor: Cursor, count: number): boolean {
  const token = next(cursor);
  if (count > MAX_COLUMNS) throw new SqlFlaw(`A row has more than ${MAX_COLUMNS} values; that is the most that is read.`, token);
  if (isSign(token, ",")) return true;
  expectSign(token, ")");
  return false;
}

/** NULL, a number, a text; of a call, which SQLite writes for texts with line breaks (`replace('a\nb','\n',char(10))`), its first text. */
function readValue(cursor: Cursor): SqlValue {
  const token = next(cursor);
  if (token.kind === "text") return token.text;
  if (token.kind === "number") return numberOf(token);
  if (isWord(token, "NULL")) return null;
  if (token.kind !== "word") throw new SqlFlaw("A value must stand here: a text, a number or NULL.", token);
  expectSign(next(cursor), "(");
  let found: string | undefined;
  for (let depth = 1; depth > 0;) {
    const inner = next(cursor);
    if (inner.kind === "end" || isSign(inner, ";")) throw new SqlFlaw("The call has no end.", inner);
    if (inner.kind === "text") found ??= inner.text;
    depth += isSign(inner, "(") ? 1 : isSign(inner, ")") ? -1 : 0;
  }
  return found ?? null;
}

function numberOf(token: Token): number {
  const number = Number(token.text);
  if (!Number.isFinite(number)) throw new SqlFlaw("The number is too large.", token);
  return number;
}

const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;

function next(cursor: Cursor): Token {
  skipSpace(cursor);
  const at = cursor.at;
  const character = cursor.text[at];
  if (character === undefined) return { kind: "end", text: "", at };
  if (character === "'" || character === '"' || character === "`") return quoted(cursor, character);
  const number = match(NUMBER, cursor);
  const word = number ?? match(WORD, cursor);
  cursor.at += word?.length ?? 1;
  return { kind: number !== undefined ? "number" : word !== undefined ? "word" : "sign", text: word ?? character, at };
}

/** White space and comments. Not by one expression: it would run out of stack in a long comment. */
function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  for (;;) {
    const opening = text.slice(cursor.at, cursor.at + 2);
    if (opening === "--" || opening === "/*") {
      const end = text.indexOf(opening === "--" ? "\n" : "*/", cursor.at + 2);
      if (end < 0 && opening === "/*") cursor.unclosed ??= cursor.at;
      cursor.at = end < 0 ? text.length : end + (opening === "--" ? 1 : 2);
    } else if (opening !== "" && opening.charCodeAt(0) <= 0x20) cursor.at += 1;
    else return;
  }
}

/** A text in single quotes, a name in others; the quote itself is written twice. */
function quoted(cursor: Cursor, quote: string): Token {
  const { text, at } = cursor;
  for (let end = text.indexOf(quote, at + 1); end >= 0; end = text.indexOf(quote, end + 2)) {
    if (text[end + 1] === quote) continue;
    cursor.at = end + 1;
    return { kind: quote === "'" ? "text" : "name", text: text.slice(at + 1, end).replaceAll(quote + quote, quote), at };
  }
  cursor.unclosed ??= at;
  cursor.at = text.length;
  return { kind: "end", text: "", at };
}

function match(pattern: RegExp, { text, at }: Cursor): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function isWord(token: Token, word: string): boolean {
  return token.kind === "word" && token.text.toUpperCase() === word;
}

function isSign(token: Token, sign: string): boolean {
  return token.kind === "sign" && token.text === sign;
}

function expectWord(token: Token, word: string): void {
  if (!isWord(token, word)) throw new SqlFlaw(`The word ${word} must stand here.`, token);
}

function expectSign(token: Token, sign: string): void {
  if (!isSign(token, sign)) throw new SqlFlaw(`"${sign}" must stand here.`, token);
}

function nameOf(token: Token): string {
  if (token.kind !== "word" && token.kind !== "name") throw new SqlFlaw("A name must stand here.", token);
  return token.text;
}

/** Lines by offset, asked for in rising order. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let seen = 0;
  return (at) => {
    for (let newline = text.indexOf("\n", seen); newline >= 0 && newline < at; newline = text.indexOf("\n", seen)) {
      line += 1;
      seen = newline + 1;
    }
    return line;
  };
}
