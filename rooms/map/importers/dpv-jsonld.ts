/** Records of processing in the words of W3C DPV, as JSON-LD: the subset that spec/record-of-processing.md describes. */
import { isKnown, labelOf } from "@freehold/protocol/vocabulary";
import type { Basis, Contact, DataTerm, OrganisationFacts, Practice, SourceTerm } from "../schema.ts";
import { basisOf, daysOf, distinctTexts, ofKind, practicesOn, withoutRepeats } from "./activity.ts";
import { contactsIn } from "./contact.ts";
import type { Importer } from "./importer.ts";
import { readJsonLd, type LdGraph, type LdNode, type LdValue } from "./json-ld.ts";
import { type Place, type Problems, cleanText, createProblems, hostOf, readJson, urlOf } from "./read.ts";
import { collect, MAX_RECORD } from "./records.ts";
import { cut, shown } from "./shown.ts";
import { versionOf } from "./version.ts";

const DPV = "https://w3id.org/dpv#";
const PREFIXES: readonly [iri: string, prefix: string][] = [
  [DPV, "dpv:"],
  ["https://w3id.org/dpv/pd#", "pd:"],
  ["https://w3id.org/dpv/legal/eu/gdpr#", "eu-gdpr:"],
];
/** Properties of any vocabulary that name a thing, or say where it is on the web, by the last part of their IRI. */
const NAMES = new Set(["hasName", "name", "legalName", "prefLabel", "label", "title"]);
const WEBSITES = new Set(["homepage", "url", "website"]);
const PARENTS = ["hasProcess", "hasPersonalDataProcess", "hasPersonalDataHandling", "hasRecordOfActivity"];
/** How far a process may lie below its controller, and how many steps are taken to find it. */
const MAX_LEVELS = 20;
const MAX_STEPS = 1_000_000;
/** What all activities may say taken together, each purpose counted with all that is said of it. */
const MAX_WEIGHT = 1_000_000;

export const dpvJsonld: Importer = {
  source: {
    id: "dpv-jsonld",
    name: "Records of processing activities (DPV)",
    home: "https://w3id.org/dpv",
    licence: { id: "LicenseRef-own", url: "https://w3id.org/dpv" },
    gives: ["identity", "declared", "contact"],
    mayNamePeople: true,
    caution: "An organisation's account of itself, as the operator of this register was given it. Only the properties that the format's page lists are read.",
  },
  adds: true,
  takes: "a JSON-LD file in the words of DPV (spec/record-of-processing.md), or a folder of them",
  accepts: (name) => /\.(?:jsonld|json)(?:\.gz)?$/i.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const counts = { controllers: 0, activities: 0, practices: 0 };
    for (const [i, file] of files.entries()) {
      const at = { file: file.name };
      const raw = readJson(file, problems);
      report?.((i + 1) / files.length);
      if (raw === undefined) continue;
      if (JSON.stringify(raw).length > MAX_RECORD) {
        problems.add({ ...at, message: `The file has more than ${MAX_RECORD} characters; it is one record, and that is the most of one that is read.` });
        continue;
      }
      const before = problems.count;
      const graph = readJsonLd(raw, (field, message) => problems.add({ ...at, ...(field !== "" && { field: cut(cleanText(field, 1_000), 200) }), message }));
      if (problems.count > before) continue;
      for (const { key, facts, activities } of controllersOf(graph, at, problems)) {
        // The record is the file: its nodes stand in one another.
        if (!out.add({ key, raw, facts }, at)) continue;
        counts.controllers += 1;
        counts.activities += activities;
        counts.practices += facts.declared!.practices.length;
      }
    }
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

interface Controller {
  key: string;
  facts: OrganisationFacts;
  activities: number;
}

function controllersOf(graph: LdGraph, at: Place, problems: Problems): Controller[] {
  const parents = parentsOf(graph);
  const found = new Map<string, { controller: LdNode | undefined; activities: LdNode[] }>();
  const activities = [...graph.nodes.values()].filter((node) => valuesOf(node, "hasPurpose").length > 0);
  let [steps, weight] = [0, 0];
  for (const node of activities) {
    const controllers = controllersAbove(node, parents, graph, () => (steps += 1) <= MAX_STEPS);
    weight += controllers.length * weightOf(node);
    if (steps > MAX_STEPS || weight > MAX_WEIGHT) {
      problems.add({
        ...at,
        field: shown(node.id),
        message: "The activities and those that answer for them are more than can be read from one file; it may be cut in several.",
      });
      return [];
    }
    if (controllers.length === 0)
      problems.add({
        ...at,
        field: shown(node.id),
        message: "The activity has a purpose and no controller; dpv:hasDataController is needed on it, or on what has it as dpv:hasProcess.",
      });
    for (const id of controllers) {
      const entry = found.get(id) ?? { controller: graph.nodes.get(id), activities: [] };
      found.set(id, entry);
      entry.activities.push(node);
    }
  }
  if (found.size === 0 && problems.count === 0) problems.add({ ...at, message: "The file has no activity: nothing in it has a dpv:hasPurpose." });
  return [...found].flatMap(([id, { controller, activities }]) => {
    const facts = factsOf(id, controller, activities, graph, at, problems);
    return facts === undefined ? [] : [{ key: keyOf(id, facts.name), facts, activities: activities.length }];
  });
}

function weightOf(node: LdNode): number {
  const values = [...node.properties.values()].reduce((sum, list) => sum + list.length, 0);
  return values * valuesOf(node, "hasPurpose").length * Math.max(1, Math.min(6, valuesOf(node, "hasLegalBasis").length));
}

/** An IRI where the controller has one, else its name. */
const keyOf = (id: string, name: string): string => (id.startsWith("_:") || id !== cleanText(id, 200) ? cleanText(name.toLowerCase(), 200) : id);

/** For each node those that have it as a process. */
function parentsOf(graph: LdGraph): Map<string, LdNode[]> {
  const parents = new Map<string, LdNode[]>();
  for (const node of graph.nodes.values()) {
    for (const value of PARENTS.flatMap((property) => valuesOf(node, property))) {
      if (!("node" in value)) continue;
      const above = parents.get(value.node);
      if (above === undefined) parents.set(value.node, [node]);
      else above.push(node);
    }
  }
  return parents;
}

/**
 * What the activity itself says; else what lies above it says, or is.
 *
 * @param step says whether another step may be taken.
 */
function controllersAbove(node: LdNode, parents: ReadonlyMap<string, LdNode[]>, graph: LdGraph, step: () => boolean): string[] {
  const seen = new Set<LdNode>();
  for (let [level, depth] = [[node], 0]; level.length > 0 && depth < MAX_LEVELS; depth += 1) {
    const named = level.flatMap((one) => valuesOf(one, "hasDataController")).map((value) => ("node" in value ? value.node : literal(value.text, graph)));
    const are = level.filter((one) => one.types.includes(`${DPV}DataController`)).map((one) => one.id);
    if (named.length + are.length > 0) return [...new Set([...named, ...are])];
    for (const one of level) seen.add(one);
    level = [...new Set(level.flatMap((one) => parents.get(one.id) ?? []))].filter((one) => step() && !seen.has(one));
  }
  return [];
}

/** A controller that is only a name becomes a node with it. */
function literal(name: string, graph: LdGraph): string {
  const id = `_:named ${cleanText(name, 200)}`;
  if (!graph.nodes.has(id)) (graph.nodes as Map<string, LdNode>).set(id, { id, types: [], properties: new Map([[`${DPV}hasName`, [{ text: name }]]]) });
  return id;
}

function factsOf(
  id: string,
  node: LdNode | undefined,
  activities: readonly LdNode[],
  graph: LdGraph,
  at: Place,
  problems: Problems,
): OrganisationFacts | undefined {
  const name = nameOf(node) ?? (id.startsWith("_:") ? "" : cleanText(id));
  if (name === "") {
    problems.add({
      ...at,
      field: shown(id),
      message: "The controller has no name; dpv:hasName, schema:name, foaf:name, rdfs:label or skos:prefLabel is needed, or an IRI of its own.",
    });
    return undefined;
  }
  const website = byLastPart(node, WEBSITES)
    .map((value) => urlOf(textOf(value)))
    .find((url) => url !== undefined);
  const host = website === undefined ? undefined : hostOf(website);
  const officers = linked(node, "hasDataProtectionOfficer", graph);
  const measures = activities.flatMap((one) =>
    namesOf(one, ["hasTechnicalOrganisationalMeasure", "hasTechnicalMeasure", "hasOrganisationalMeasure", "hasContractualClause"], graph),
  );
  const transfers = activities.flatMap((one) => namesOf(one, ["hasThirdCountry"], graph));
  const notices = activities
    .flatMap((one) => valuesOf(one, "hasNotice"))
    .map((value) => urlOf(textOf(value)))
    .filter((url) => url !== undefined);
  return withoutRepeats({
    kind: "organisation",
    name,
    ...(website !== undefined && { website }),
    domains: host === undefined ? [] : [{ host, role: "own" }],
    identifiers: id.startsWith("_:") ? [] : [{ scheme: "iri", id: cleanText(id) }],
    contacts: [...officers.flatMap((officer) => contactsOf(officer, "rights")), ...contactsOf(node, "general")],
    declared: {
      practices: activities.flatMap((one) => practicesOf(one, graph)),
      notices: distinctTexts(notices, 2_000).map((url) => ({ kind: "privacy", url })),
      ...(measures.length > 0 && { safeguards: distinctTexts(measures) }),
      ...(transfers.length > 0 && { transfers: distinctTexts(transfers) }),
    },
  });
}

function practicesOf(node: LdNode, graph: LdGraph): Practice[] {
  const grounds = valuesOf(node, "hasLegalBasis").flatMap((value) => meanings(value, graph));
  const bases = grounds.map(({ terms, term }): Basis => [...terms, term.code].map(basisOf).find((basis) => basis !== undefined) ?? "unstated");
  const data = valuesOf(node, "hasPersonalData")
    .flatMap((value) => meanings(value, graph))
    .map(({ term, terms }): DataTerm => ({ term, terms: ofKind(terms, "personalData") }));
  const processing = ofKind(
    valuesOf(node, "hasProcessing").flatMap((value) => meanings(value, graph).flatMap(({ terms }) => terms)),
    "processing",
  );
  const recipients = namesOf(node, ["hasRecipient", "hasRecipientDataController", "hasRecipientThirdParty", "hasThirdParty"], graph);
  const subjects = namesOf(node, ["hasDataSubject"], graph);
  const period = periodOf(node, graph);
  return valuesOf(node, "hasPurpose")
    .flatMap((value) => meanings(value, graph))
    .flatMap(({ term, terms }) =>
      practicesOn(bases, {
        term,
        element: "purpose",
        purposes: ofKind(terms, "purpose"),
        ...(processing.length > 0 && { speaksOf: processing }),
        ...(data.length > 0 && { data }),
        ...(period.days !== undefined && { retentionDays: period.days }),
        ...(recipients.length > 0 && { recipients }),
        ...(subjects.length > 0 && { subjects }),
        quote: cut([term.code, ...grounds.map((ground) => ground.term.code), ...(period.words === "" ? [] : [`retention ${period.words}`])].join(" · "), 200),
      }),
    );
}

/** A value as a term: a DPV term itself, something of the kind of one, or words. */
function meanings(value: LdValue, graph: LdGraph): { term: SourceTerm; terms: string[] }[] {
  if ("text" in value) {
    const words = cleanText(value.text);
    return words === "" ? [] : [{ term: { scheme: "dpv", code: words, name: words }, terms: [] }];
  }
  const node = graph.nodes.get(value.node);
  const own = compact(value.node);
  const terms = [own, ...(node?.types ?? []).map(compact)].filter(isKnown);
  const shownAs = value.node.startsWith("_:") ? (terms[0] ?? nameOf(node) ?? "") : own;
  if (shownAs === "") return [];
  const code = cleanText(shownAs);
  return [{ term: { scheme: "dpv", code, name: nameOf(node) ?? (isKnown(code) ? labelOf(code) : code) }, terms: [...new Set(terms)] }];
}

function periodOf(node: LdNode, graph: LdGraph): { days?: number | undefined; words: string } {
  const conditions = [node, ...linked(node, "hasStorageCondition", graph).slice(0, 10)];
  const durations = conditions.flatMap((one) => [...valuesOf(one, "hasDuration"), ...(one === node ? [] : byLastPart(one, new Set(["value"])))]);
  const texts = durations.slice(0, 10).flatMap((value) =>
    "text" in value
      ? [value.text]
      : [...(graph.nodes.get(value.node)?.properties.values() ?? [])]
          .flat()
          .slice(0, 10)
          .flatMap((inner) => ("text" in inner ? [inner.text] : [])),
  );
  const words = [...texts, ...valuesOf(node, "hasStorageCondition").flatMap((value) => ("text" in value ? [value.text] : []))];
  return { days: words.map(daysOf).find((days) => days !== undefined), words: cleanText(words.join("; "), 100) };
}

function contactsOf(node: LdNode | undefined, purpose: Contact["purpose"]): Contact[] {
  return valuesOf(node, "hasContact").flatMap((value) => contactsIn(textOf(value).replace(/^(?:mailto|tel):/, ""), purpose));
}

/** Names of the things that properties lead to. */
function namesOf(node: LdNode, properties: readonly string[], graph: LdGraph): string[] {
  const values = properties.flatMap((property) => valuesOf(node, property));
  return distinctTexts(
    values.map((value) => {
      if ("text" in value) return value.text;
      const found = graph.nodes.get(value.node);
      const type = found?.types[0];
      const name = nameOf(found) ?? (value.node.startsWith("_:") ? (type === undefined ? "" : compact(type)) : compact(value.node));
      return /^[a-z-]+:[A-Z]\w*$/.test(name) ? labelOf(name) : name;
    }),
  );
}

/** `https://w3id.org/dpv#Marketing` as `dpv:Marketing`; others as they are. */
function compact(iri: string): string {
  const found = PREFIXES.find(([long]) => iri.startsWith(long));
  return found === undefined ? iri : found[1] + iri.slice(found[0].length);
}

const valuesOf = (node: LdNode | undefined, property: string): LdValue[] => node?.properties.get(DPV + property) ?? [];
const textOf = (value: LdValue): string => ("text" in value ? value.text : value.node);
const linked = (node: LdNode | undefined, property: string, graph: LdGraph): LdNode[] =>
  valuesOf(node, property).flatMap((value) => ("node" in value ? (graph.nodes.get(value.node) ?? []) : []));
const byLastPart = (node: LdNode | undefined, parts: ReadonlySet<string>): LdValue[] =>
  [...(node?.properties ?? [])].flatMap(([iri, values]) => (parts.has(/[^/#:]*$/.exec(iri)![0]) ? values : []));

/** Found once for each node: many may speak of the same. */
const names = new WeakMap<LdNode, string | undefined>();

function nameOf(node: LdNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (names.has(node)) return names.get(node);
  const name = byLastPart(node, NAMES)
    .map((value) => ("text" in value ? cleanText(value.text) : ""))
    .find((text) => text !== "");
  names.set(node, name);
  return name;
}
