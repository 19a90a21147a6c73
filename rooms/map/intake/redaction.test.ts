import { afterEach, expect, test } from "vitest";
import { FreeholdError } from "@freehold/protocol/errors";
import { redactContact, redactOrganisation, redactRecord, removeSource } from "./redaction.ts";
import { listImporter, openTestMap, stands, statesOf, takeLists, AT } from "../testkit.ts";
import type { Listed, TestMap } from "../testkit.ts";
import type { MapStore } from "../store.ts";

const opened: TestMap[] = [];
function open(): TestMap {
  const made = openTestMap();
  opened.push(made);
  return made;
}
afterEach(() => {
  for (const made of opened.splice(0)) made.remove();
});

const JANE = "Jane.Quillfeather@alpha.example";
const options = { reason: "asked for by the person", at: AT };
const alpha = (name: string): Listed => ({
  name,
  domains: ["alpha.example"],
  contacts: [{ kind: "email", value: JANE, purpose: "rights" }],
  note: `Write to <${JANE}>, daily.`,
});
const list = (version: string, name = "Alpha") => ({
  version,
  dated: `2026-0${version.slice(1)}-01`,
  list: { a: alpha(name), b: { name: "Beta", domains: ["beta.example"] } },
});
/** As published: with a document, which the log would have. */
function publish(store: MapStore): void {
  store.transaction(() => {
    for (const { id } of store.basis.waiting(100)) store.basis.setDocument(id, new Uint8Array(32).fill(id), new TextEncoder().encode(`document ${id}`));
  });
}
const hashOf = (store: MapStore, key: string) => {
  const [id] = [...store.basis.all()].filter(({ record }) => record.key === key && record.current).map(({ record }) => record.id);
  return store.places([id!])[id!]!.sha256;
};

test("a contact value is taken out of all versions and the file, and out of what is read later", () => {
  const { store, folder } = open();
  takeLists(store, [list("v1"), list("v2", "Alpha Ltd")]);
  publish(store);
  const before = hashOf(store, "a");
  expect(stands(folder, "Quillfeather")).toBe(true);
  expect(redactContact(store, ` ${JANE.toLowerCase()} `, options)).toBe(2);
  expect(stands(folder, "uillfeather")).toBe(false);
  expect(stands(folder, "uillfeather".toUpperCase())).toBe(false);

  expect(store.record(before)).toEqual({ withheld: options.reason });
  expect(store.publicationSubject("02".repeat(32))).toBeDefined();
  const { record } = store.record(hashOf(store, "a")) as unknown as { record: Listed };
  expect(record.note).toBe("Write to <[withheld]>, daily.");
  const card = store.card("alpha")!;
  expect(card.contacts.map(({ value, redacted }) => [value.value, redacted])).toEqual([["", true]]);
  expect(statesOf(store)).toMatchObject({ v1: { a: "Alpha" }, v2: { a: "Alpha Ltd" } });

  expect(takeLists(store, [list("v1"), list("v2", "Alpha Ltd")]).taken).toBe(false);
  takeLists(store, [list("v3", "Alpha plc")]);
  store.scrub();
  expect(statesOf(store)["v3"]).toMatchObject({ a: "Alpha plc" });
  expect(stands(folder, "uillfeather")).toBe(false);
});

test("the same letters within a longer word are no such value", () => {
  const { store } = open();
  takeLists(store, [
    { version: "v1", dated: "2026-01-01", list: { a: { name: "Alpha", note: "x+info@alpha.example.org and info@alpha.example, and pinfo@alpha.example" } } },
  ]);
  redactContact(store, "info@alpha.example", options);
  expect((store.record(hashOf(store, "a")) as unknown as { record: Listed }).record.note).toContain("[withheld], and");
  expect(() => redactContact(store, "a@b", options)).toThrow(FreeholdError);
});

test("a record is withheld in all its versions and is not read again; its hash stays with the reason", () => {
  const { store, folder } = open();
  takeLists(store, [list("v1"), list("v2", "Alpha Zymurgy")]);
  publish(store);
  const sha256 = hashOf(store, "a");
  expect(redactRecord(store, sha256, options)).toBe(2);
  expect(store.record(sha256)).toEqual({ withheld: options.reason });
  expect(takeLists(store, [list("v3", "Alpha Zymurgy")]).versions[0]).toMatchObject({ withheld: 1, added: 0, gone: 0 });
  expect(stands(folder, "Zymurgy")).toBe(false);
  expect(store.rows({}).rows.map(({ name }) => name)).toEqual(["Beta"]);
  expect(store.publicationSubject("01".repeat(32))).toMatchObject({ type: "practice", withheld: options.reason });
  expect(() => redactRecord(store, "00".repeat(32), options)).toThrow("no record");
});

test("an organisation is withheld with all its records", () => {
  const { store } = open();
  takeLists(store, [list("v1")]);
  expect(redactOrganisation(store, "alpha", options)).toBe(1);
  expect(store.card("alpha")).toBeUndefined();
  expect(store.rows({ q: "alpha" }).total).toBe(0);
  takeLists(store, [list("v2")]);
  expect(store.card("alpha")).toBeUndefined();
  expect(() => redactOrganisation(store, "nobody", options)).toThrow(FreeholdError);
});

test("of a removed source nothing is left but hashes and the reason; the other sources stay", () => {
  const { store, folder } = open();
  const other = listImporter({ id: "other-list" });
  takeLists(store, [{ version: "w1", list: { z: { name: "Zeta", domains: ["zeta.example"] } } }], { importer: other });
  takeLists(store, [list("v1", "Alpha Zymurgy")]);
  publish(store);
  const sha256 = hashOf(store, "a");
  removeSource(store, "toy-list", options);
  for (const text of ["Zymurgy", "zymurgy", "Quillfeather", "beta.example"]) expect(stands(folder, text), text).toBe(false);
  expect(store.rows({}).rows.map(({ name }) => name)).toEqual(["Zeta"]);
  expect(store.record(sha256)).toEqual({ withheld: options.reason });
  expect(store.sourceRows().find(({ source }) => source === "toy-list")).toMatchObject({ removed: options.reason, current: 0, imports: [] });

  expect(() => takeLists(store, [list("v2")])).toThrow("--again");
  expect(takeLists(store, [list("v1")], { again: true }).versions[0]).toMatchObject({ added: 2, gone: 0 });
  expect(store.rows({}).total).toBe(3);
});

test("a record that was withheld before it was published leaves no gap in the chain of publications", () => {
  const { store } = open();
  takeLists(store, [list("v1")]);
  publish(store);
  takeLists(store, [list("v2", "Alpha Ltd")]);
  redactContact(store, JANE, options);
  const waiting = store.basis.waiting(100);
  // The first version in its new form begins a chain of its own; the second follows the published first one.
  expect(waiting.map(({ predecessor, follows }) => (predecessor === null ? follows : predecessor[0]))).toEqual([null, 1]);
});
