/** What the operator takes out again: a record, a contact value, an organisation, a whole source. What is left in the log are hashes. */
import { canonicalize } from "@freehold/protocol/canonical";
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { fromHex } from "@freehold/protocol/bytes";
import { derive } from "../store/derive.ts";
import type { Report } from "../store/derive.ts";
import { putRecord } from "./intake.ts";
import { createRedactor, foldContact, recordName, soughtOf } from "./redactor.ts";
import type { MapStore } from "../store.ts";

export interface RedactionOptions {
  /** Shown wherever the record was: it must not say what is withheld. */
  reason: string;
  /** Instant. */
  at: string;
  report?: Report;
}

/** The shortest contact value that is looked for: shorter ones are found everywhere. */
const MIN_CONTACT = 5;

/** Withholds all versions of a record, and keeps it from being read again. Returns how many there were. Throws `record_unknown`. */
export function redactRecord(store: MapStore, sha256: string, options: RedactionOptions): number {
  return change(store, options, () => {
    const id = /^[0-9a-f]{64}$/.test(sha256) ? store.basis.recordId(fromHex(sha256)) : undefined;
    if (id === undefined) throw new FreeholdError("record_unknown", `The map has no record ${sha256}. A hash has 64 hexadecimal digits, in lower case.`);
    return id === null ? 0 : withholdRecord(store, id, options);
  });
}

/** Withholds all records of an organisation, all versions, and keeps them from being read again. Returns how many. Throws `record_unknown`. */
export function redactOrganisation(store: MapStore, id: string, options: RedactionOptions): number {
  return change(store, options, () => {
    const card = store.card(store.alias(id) ?? id);
    if (card === undefined)
      throw new FreeholdError("record_unknown", `The map has no organisation ${id}. Its id stands at the end of the address of its page.`);
    let withheld = 0;
    for (const { id: record } of card.records) if (store.basis.isThere(record)) withheld += withholdRecord(store, record, options);
    return withheld;
  });
}

/**
 * Takes a contact value out of all records, in all versions, and out of all that will be read. Each record that had it is replaced by
 * one that says that a value is withheld. Returns how many had it. Throws `argument_invalid` for a value that is too short.
 */
export function redactContact(store: MapStore, value: string, options: RedactionOptions): number {
  const folded = foldContact(value);
  if (folded.length < MIN_CONTACT)
    throw new FreeholdError(
      "argument_invalid",
      `A contact value has at least ${MIN_CONTACT} characters; shorter ones would be found where they mean something else.`,
    );
  return change(store, options, () => {
    const { basis } = store;
    basis.putRedaction({ digest: basis.digest("contact", folded), kind: "contact", ...soughtOf(folded), reason: options.reason, at: options.at });
    const redactor = createRedactor(basis, "");
    let replaced = 0;
    for (const id of basis.recordIds()) {
      const facts = basis.facts(id);
      if (facts === null) continue;
      const { key, ...place } = basis.place(id);
      const [record, named] = [
        { key, raw: JSON.parse(basis.rawText(id)) as JsonValue, facts },
        { key, raw: key, facts },
      ];
      if (redactor.redact(named).raw !== key) {
        replaced += withholdRecord(store, id, options);
        continue;
      }
      const redacted = redactor.redact(record);
      if (redacted === record) continue;
      replaced++;
      // In the middle of a chain of publications it begins one of its own.
      const follows = place.followed === 1 ? null : id;
      const { source, import: read, since, dated } = place;
      putRecord(basis, { source, key, import: read, since, dated, raw: canonicalize(redacted.raw), facts: redacted.facts, follows, replaces: id });
      basis.withhold(id, options.reason);
    }
    return replaced;
  });
}

/** Deletes all that came from a source. Throws `source_unknown`. */
export function removeSource(store: MapStore, id: string, options: RedactionOptions): void {
  change(store, options, () => {
    if (store.basis.source(id) === undefined) throw new FreeholdError("source_unknown", `Nothing was ever read from a source ${id}.`);
    store.basis.removeSource(id, options.reason, options.at);
  });
}

/** All versions of the record, and no other of its name. */
function withholdRecord(store: MapStore, id: number, { reason, at }: RedactionOptions): number {
  const { basis } = store;
  const { source, key } = basis.place(id);
  const name = recordName(source, key);
  basis.putRedaction({ digest: basis.digest("record", name), kind: "record", length: 0, checksum: 0, reason, at });
  const versions = basis.versionsOf(source, key);
  for (const version of versions) basis.withhold(version, reason);
  return versions.length;
}

function change<T>(store: MapStore, { at, report }: RedactionOptions, work: () => T): T {
  const result = store.transaction(() => {
    const done = work();
    derive(store, { today: at.slice(0, 10), ...(report && { report }) });
    return done;
  });
  store.scrub();
  return result;
}
