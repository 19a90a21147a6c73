/**
 * Finds what is withheld in what is read. A redaction is kept as a digest, a length and a checksum: the value is recognised when it
 * comes again, and stands nowhere.
 */
import type { JsonValue } from "@freehold/protocol/canonical";
import type { Basis, Sought } from "../store/basis.ts";
import type { Contact, Facts, SourceRecord } from "../schema.ts";

/** What stands in its place. */
const WITHHELD = "[withheld]";

export interface Redactor {
  /** Nothing of the record is taken. */
  withholds(key: string): boolean;
  /** The record without the contact values that are withheld; the same object where it has none. */
  redact(record: SourceRecord): SourceRecord;
}

/** Redacts the records of a source as its map demands. */
export function createRedactor(basis: Basis, source: string): Redactor {
  const keys = basis.redactions("record");
  const contacts = basis.redactions("contact");
  return {
    withholds: (key) => keys.size > 0 && keys.has(basis.digest("record", recordName(source, key))),
    redact: (record) =>
      contacts.size === 0
        ? record
        : redactRecord(
            record,
            findAmong(contacts, (text) => basis.digest("contact", text)),
          ),
  };
}

/** What names a record in the list of redactions. */
export function recordName(source: string, key: string): string {
  return `${source}\n${key}`;
}

/** What of a contact value is compared: without case, and with single spaces. */
export function foldContact(value: string): string {
  return value.toLowerCase().replace(/\s+/g, " ").trim();
}

/** By what a folded value is looked for. */
export function soughtOf(folded: string): Sought {
  let checksum = 0;
  for (let i = 0; i < folded.length; i++) checksum += folded.charCodeAt(i);
  return { length: folded.length, checksum: checksum % 65_536 };
}

/** The folded values that are to be withheld of a text, the longest first. */
type Find = (text: string) => string[];

const isWordAt = (text: string, i: number) => /[\p{L}\p{N}]/u.test(text[i] ?? "");

/** Looks at every stretch of a text that begins and ends with a word and has the length and checksum of a redaction; the digest decides. */
function findAmong(redactions: ReadonlyMap<string, Sought>, digest: (text: string) => string): Find {
  const lengths = new Map<number, Set<number>>();
  for (const { length, checksum } of redactions.values()) lengths.set(length, (lengths.get(length) ?? new Set()).add(checksum));
  const shortest = Math.min(...lengths.keys());
  return (text) => {
    if (text.length < shortest) return [];
    const folded = foldContact(text);
    const sums = new Uint32Array(folded.length + 1);
    for (let i = 0; i < folded.length; i++) sums[i + 1] = sums[i]! + folded.charCodeAt(i);
    const found = new Set<string>();
    for (const [length, checksums] of lengths)
      for (let i = 0; i + length <= folded.length; i++) {
        if (!checksums.has((sums[i + length]! - sums[i]!) % 65_536)) continue;
        const [startsWithin, endsWithin] = [i, i + length].map((edge) => isWordAt(folded, edge - 1) && isWordAt(folded, edge));
        const stretch = folded.slice(i, i + length);
        if (!startsWithin && !endsWithin && redactions.has(digest(stretch))) found.add(stretch);
      }
    return [...found].sort((a, b) => b.length - a.length);
  };
}

function redactRecord(record: SourceRecord, find: Find): SourceRecord {
  const raw = redactValue(record.raw, find);
  const facts = redactFacts(record.facts, find);
  return raw === record.raw && facts === record.facts ? record : { ...record, raw, facts };
}

function redactFacts(facts: Facts, find: Find): Facts {
  const redacted = redactValue(facts as unknown as JsonValue, find) as unknown as Facts;
  if (redacted === facts || !("contacts" in redacted)) return redacted;
  // The card says that there is a contact, and that it is withheld.
  const contacts = redacted.contacts.map((contact): Contact =>
    contact.value.includes(WITHHELD) ? { kind: contact.kind, purpose: contact.purpose, value: "", redacted: true } : contact,
  );
  return { ...redacted, contacts };
}

/** The same value where nothing in it is withheld. */
function redactValue(value: JsonValue, find: Find): JsonValue {
  if (typeof value === "string") return redactText(value, find(value));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => redactValue(item, find));
    return items.some((item, i) => item !== (value as readonly JsonValue[])[i]) ? items : value;
  }
  const members = Object.entries(value).map(([name, member]) => [name, redactValue(member as JsonValue, find), member] as const);
  return members.some(([, now, before]) => now !== before) ? Object.fromEntries(members.map(([name, now]) => [name, now])) : value;
}

function redactText(text: string, values: readonly string[]): string {
  let redacted = text;
  for (const value of values) {
    const pattern = value
      .split(" ")
      .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
      .join("\\s+");
    redacted = redacted.replace(new RegExp(pattern, "gi"), WITHHELD);
  }
  return redacted;
}
