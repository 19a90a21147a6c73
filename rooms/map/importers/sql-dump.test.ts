import fc from "fast-check";
import { expect, test } from "vitest";
import { createProblems } from "./read.ts";
import { readSqlDump } from "./sql-dump.ts";

function read(text: string, tables = ["t"]): { rows: { [table: string]: unknown }; problems: unknown[] } {
  const problems = createProblems();
  return { rows: Object.fromEntries(readSqlDump(text, "x.sql", tables, problems)), problems: problems.list };
}

const create = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR (2, 3) DEFAULT ';,)', FOREIGN KEY (id) REFERENCES u (id));\n";

test("rows have the names of their columns and the lines on which they begin", () => {
  const { rows, problems } = read(
    `BEGIN TRANSACTION;\n${create}INSERT INTO "t" VALUES(1,'it''s; ''INSERT INTO t''\nand more');\ninsert into t values (2, NULL),\n(-1.5e1,'');\nCOMMIT;`,
  );
  expect(problems).toEqual([]);
  expect(rows["t"]).toEqual([
    { line: 3, row: { id: 1, name: "it's; 'INSERT INTO t'\nand more" } },
    { line: 5, row: { id: 2, name: null } },
    { line: 6, row: { id: -15, name: "" } },
  ]);
});

test("columns may be named in the statement; other tables, statements and comments are passed over", () => {
  const text = `-- INSERT INTO t VALUES (9);\n/* '" ; */ ATTACH DATABASE '/etc/passwd' AS p; INSERT INTO other VALUES (x, y);\nINSERT INTO t (name) VALUES ('a'); CREATE INDEX i ON t (id);`;
  expect(read(text)).toEqual({ rows: { t: [{ line: 3, row: { name: "a" } }] }, problems: [] });
});

test("of a call the first text is taken", () => {
  expect(read(`${create}INSERT INTO t VALUES(1,replace(replace('a\\nb',';',char(13)),')',char(10)));`).rows["t"]).toEqual([
    { line: 2, row: { id: 1, name: "a\\nb" } },
  ]);
});

test.each([
  ["too few values", "INSERT INTO t VALUES (1);", "The row has 1 values; the table has 2 columns."],
  ["no values", "INSERT INTO t SELECT * FROM u;", "The word VALUES must stand here."],
  ["an expression", "INSERT INTO t VALUES (1, 'a' || 'b');", '")" must stand here.'],
  ["a bare word", "INSERT INTO t VALUES (1, X'00');", '"(" must stand here.'],
  ["a number beyond all bounds", "INSERT INTO t VALUES (1e999, 'a');", "The number is too large."],
  ["a call without end", "INSERT INTO t VALUES (1, char(10;", "The call has no end."],
  ["many values", `INSERT INTO t VALUES (${"1,".repeat(200)}1);`, "A row has more than 100 values; that is the most that is read."],
])("%s is a problem, and the next statement is read", (_, statement, message) => {
  const { rows, problems } = read(`${create}${statement}\nINSERT INTO t VALUES (7,'b');`);
  expect(problems).toMatchObject([{ file: "x.sql", line: 2, message }]);
  expect(rows["t"]).toEqual([{ line: 3, row: { id: 7, name: "b" } }]);
});

test("a text without end is a problem at its beginning", () => {
  const { problems } = read(`${create}INSERT INTO u VALUES ('a);\nINSERT INTO t VALUES (7,"b");`);
  expect(problems).toEqual([{ file: "x.sql", line: 2, message: "A text or comment begins here and has no end; the rest of the file was not read." }]);
});

test("rows before the table are a problem", () => {
  expect(read("INSERT INTO t VALUES (1);").problems).toMatchObject([
    { message: "The table's columns are not known: CREATE TABLE must stand before its rows." },
  ]);
});

test("any text, and any cut of a sound one, is read without an error", () => {
  const sound = `${create}INSERT INTO "t" VALUES(1,'it''s'),(2,replace('a','b',char(10))); -- end\n/* x */`;
  for (let end = 0; end <= sound.length; end += 1) read(sound.slice(0, end));
  const piece = fc.constantFrom(
    "INSERT",
    " INTO ",
    "t",
    " VALUES",
    "(",
    ")",
    ",",
    ";",
    "'",
    '"',
    "`",
    "1",
    "NULL",
    "CREATE",
    " TABLE ",
    "--",
    "/*",
    "*/",
    "\n",
    "char",
    "é",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => read(pieces.join("")).problems.length <= 60));
});

test.each([" ", "a", "1", "(", ";", "-- \n", "/* */", "INSERT INTO t ", "INSERT INTO t VALUES (", "(char("])("megabytes of %j are read", (piece) => {
  read(create + piece.repeat(Math.trunc(4_000_000 / piece.length)));
});
