/** A real store in a temporary folder, and a source whose lists tests write by hand. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { JsonValue } from "@freehold/protocol/canonical";
import type { Importer } from "./importers/importer.ts";
import { takeIn } from "./intake/intake.ts";
import type { IntakeOptions, TakenIn } from "./intake/intake.ts";
import { DERIVED } from "./store/migrations.ts";
import type { Contact, OrganisationFacts, Problem, Source } from "./schema.ts";
import { MAP_FILE, openMapStore } from "./store.ts";
import type { MapStore } from "./store.ts";

/** One organisation of a list: all that tests need to say of it. */
export interface Listed {
  name: string;
  domains?: string[];
  contacts?: Contact[];
  /** What else the record has. */
  note?: string;
}

/** A list by keys; null is a record that cannot be read. */
export type List = { [key: string]: Listed | null };

/** An importer of such lists: a JSON file `{version, dated, list}` each. */
export function listImporter(source: Partial<Source> = {}, rest: Partial<Importer> = {}): Importer {
  return {
    source: {
      id: "toy-list",
      name: "Toy list",
      home: "https://toys.example",
      licence: { id: "CC0-1.0", url: "https://toys.example/licence" },
      gives: ["identity"],
      ...source,
    },
    takes: "a list",
    read: (files) =>
      files.map(({ name, bytes }) => {
        const { version, dated, list } = JSON.parse(new TextDecoder().decode(bytes)) as { version: string; dated?: string; list: List };
        const problems: Problem[] = Object.entries(list).flatMap(([key, listed]) =>
          listed === null ? [{ file: name, field: key, message: "This is no record." }] : [],
        );
        const records = Object.entries(list).flatMap(([key, listed]) =>
          listed === null ? [] : [{ key, raw: listed as unknown as JsonValue, facts: factsOf(listed) }],
        );
        return { version, ...(dated !== undefined && { dated }), records, problems, counts: { records: records.length } };
      }),
    ...rest,
  };
}

function factsOf({ name, domains = [], contacts = [] }: Listed): OrganisationFacts {
  return { kind: "organisation", name, domains: domains.map((host) => ({ host, role: "own" })), identifiers: [], contacts };
}

export const AT = "2026-11-23T08:00:00Z";

/** Takes lists in, oldest first or as they come. */
export function takeLists(
  store: MapStore,
  lists: readonly { version: string; dated?: string; list: List }[],
  options: Partial<IntakeOptions> & { importer?: Importer } = {},
): TakenIn {
  const files = lists.map((list, i) => ({ name: `${i}.json`, bytes: new TextEncoder().encode(JSON.stringify(list)) }));
  return takeIn(store, options.importer ?? listImporter(), files, { retrievedAt: AT, ...options });
}

export interface TestMap {
  folder: string;
  store: MapStore;
  remove(): void;
}

export function openTestMap(folder: string = mkdtempSync(join(tmpdir(), "freehold-map-"))): TestMap {
  const store = openMapStore(folder);
  return {
    folder,
    store,
    remove() {
      try {
        store.close();
      } catch {
        // it was closed before
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What each version of the toy list says of each record, as the store has it: the name, or null where it is not there. */
export function statesOf(store: MapStore, source = "toy-list"): { [version: string]: { [key: string]: string } } {
  const imports = store.basis.imports(source);
  const places = new Map(imports.map(({ id }, i) => [id, i]));
  const held = store.basis.held(source).map((one) => ({ ...one, at: places.get(one.since)! }));
  const states: { [version: string]: { [key: string]: string } } = {};
  for (const [at, { version }] of imports.entries()) {
    const state: { [key: string]: string } = {};
    for (const key of new Set(held.map((one) => one.key))) {
      const last = held
        .filter((one) => one.key === key && one.at <= at)
        .sort((a, b) => a.at - b.at || a.id - b.id)
        .at(-1);
      if (last !== undefined && !last.gone) state[key] = (JSON.parse(store.basis.rawText(last.id)) as Listed).name;
    }
    states[version] = state;
  }
  return states;
}

/** All that is derived, table by table, the index of words included. */
export function derivedTables(folder: string): { [table: string]: unknown[] } {
  const db = new DatabaseSync(join(folder, MAP_FILE), { readOnly: true });
  const tables = Object.fromEntries([...DERIVED, "search_data"].map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]));
  db.close();
  return tables;
}

/** Whether a text stands anywhere in the files of the map. */
export function stands(folder: string, text: string): boolean {
  return readdirSync(folder).some((file) => file.startsWith(MAP_FILE) && readFileSync(join(folder, file)).includes(text));
}
