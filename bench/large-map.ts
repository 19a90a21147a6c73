/** A map of any size, made of real shapes: the organisations of npm's open list of third parties, again and again under names of their own. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { ImportFile } from "../rooms/map/importers/importer.ts";
import { importerOf } from "../rooms/map/importers/all.ts";
import { takeInAll } from "../rooms/map/intake/intake.ts";
import type { MapStore } from "../rooms/map/store.ts";

interface Entity {
  name: string;
  company?: string;
  homepage?: string;
  domains: string[];
  [member: string]: unknown;
}

/** Fills an empty map with `size` organisations or a few more. */
export function largeMap(store: MapStore, size: number): void {
  const require = createRequire(import.meta.url);
  const entities = JSON.parse(readFileSync(require.resolve("third-party-web/dist/entities.json"), "utf8")) as Entity[];
  const made: Entity[] = [];
  for (let round = 0; made.length < size * 1.1; round++) for (const entity of entities) made.push(round === 0 ? entity : copyOf(entity, round));
  takeInAll(store, [{ importer: importerOf("third-party-web")!, files: [fileOf(made)] }], { retrievedAt: "2026-11-23T08:00:00Z" });
}

function copyOf({ homepage, ...entity }: Entity, round: number): Entity {
  void homepage; // one organisation has it
  const other = (text: string) => `${text} ${String.fromCodePoint(96 + (round % 26))}${round}`;
  return {
    ...entity,
    name: other(entity.name),
    company: other(entity.company ?? entity.name),
    domains: entity.domains.map((domain) => domain.replace(/^(\*\.)?/, `$1r${round}-`)),
  };
}

function fileOf(entities: readonly Entity[]): ImportFile {
  return { name: "entities.json", bytes: new TextEncoder().encode(JSON.stringify(entities)) };
}
