/**
 * The part of JSON-LD that is read here (spec/record-of-processing.md, "As JSON-LD"): compact form, prefixes and names from an inline
 * `@context`, nodes that lie in one another or are named by `@id`. Nothing is fetched.
 */
import type { JsonValue } from "@freehold/protocol/canonical";
import { shown } from "./shown.ts";

/** A node: what is said of one thing. Properties and types are full IRIs. */
export interface LdNode {
  /** Full IRI, `_:name`, or one made up for a node without. */
  id: string;
  types: string[];
  properties: Map<string, LdValue[]>;
}

/** A text that is no IRI, or the id of a node (which may or may not be described). */
export type LdValue = { text: string } | { node: string };

export interface LdGraph {
  nodes: ReadonlyMap<string, LdNode>;
}

/** Says what is wrong with a document, and where. */
export type Report = (field: string, message: string) => void;

const MAX_NODES = 100_000;
/** Of one property of one node. */
const MAX_VALUES = 500;

interface Context {
  prefixes: ReadonlyMap<string, string>;
  /** Names whose values are IRIs (`"@type": "@id"`). */
  references: ReadonlySet<string>;
  vocab: string | undefined;
}

type JsonObject = { readonly [key: string]: JsonValue };

/**
 * Reads a document into its nodes. A property's value is a reference where it is `{"@id": …}`, where the context says so, or where the
 * text is a full IRI or a compact one of a known prefix: files made by hand seldom say so.
 *
 * @param report is called for contexts that would have to be fetched, prefixes that are unknown, and what is no JSON-LD. What is read
 *   then is not the whole.
 */
export function readJsonLd(json: JsonValue, report: Report): LdGraph {
  const nodes = new Map<string, LdNode>();
  const empty: Context = { prefixes: new Map(), references: new Set(), vocab: undefined };
  let unnamed = 0;

  const readNode = (value: JsonObject, outer: Context, path: string): string => {
    const context = value["@context"] === undefined ? outer : contextOf(value["@context"], outer, `${path}@context`, report);
    const id = typeof value["@id"] === "string" ? iriOf(value["@id"], context, `${path}@id`, report) : `_:unnamed-${(unnamed += 1)}`;
    if (nodes.size >= MAX_NODES) {
      report(path, `There are more than ${MAX_NODES} nodes; that is the most that is read.`);
      return id;
    }
    const node = nodes.get(id) ?? { id, types: [], properties: new Map<string, LdValue[]>() };
    nodes.set(id, node);
    for (const [name, inner] of Object.entries(value)) {
      if (name === "@type") {
        for (const type of listOf(inner)) if (typeof type === "string") node.types.push(iriOf(type, context, `${path}@type`, report, true));
      } else if (name === "@graph") {
        for (const [i, item] of listOf(inner).entries()) readTop(item, context, `${path}@graph[${i}].`);
      } else if (!name.startsWith("@")) {
        const property = iriOf(name, context, path + name, report, true);
        const values = node.properties.get(property) ?? [];
        node.properties.set(property, values);
        for (const [i, item] of listOf(inner).entries()) {
          if (values.length >= MAX_VALUES) {
            report(path + name, `There are more than ${MAX_VALUES} values; that is the most of one property that is read.`);
            break;
          }
          for (const read of readValue(item, name, context, `${path}${name}[${i}].`)) values.push(read);
        }
      }
    }
    return id;
  };

  const readValue = (value: JsonValue, property: string, context: Context, path: string): LdValue[] => {
    if (typeof value === "string") {
      const isIri = context.references.has(property) || /^https?:\/\//.test(value) || context.prefixes.has(/^([^:/\s]+):(?!\/\/)\S+$/.exec(value)?.[1] ?? "");
      return [isIri ? { node: iriOf(value, context, path, report, context.references.has(property)) } : { text: value }];
    }
    if (typeof value === "number" || typeof value === "boolean") return [{ text: String(value) }];
    if (value === null) return [];
    if (Array.isArray(value)) return value.flatMap((item: JsonValue) => readValue(item, property, context, path));
    const object = value as JsonObject;
    if (object["@value"] !== undefined) return readValue(object["@value"], "", { ...context, prefixes: new Map() }, path);
    if (object["@list"] !== undefined || object["@set"] !== undefined) return readValue((object["@list"] ?? object["@set"])!, property, context, path);
    return [{ node: readNode(object, context, path) }];
  };

  const readTop = (value: JsonValue, context: Context, path: string): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) report(path, "This is no node of JSON-LD; an object is.");
    else readNode(value as JsonObject, context, path);
  };

  for (const [i, item] of listOf(json).entries()) readTop(item, empty, Array.isArray(json) ? `[${i}].` : "");
  return { nodes };
}

function contextOf(value: JsonValue, outer: Context, path: string, report: Report): Context {
  let context = outer;
  for (const part of listOf(value)) {
    if (part === null) context = { prefixes: new Map(), references: new Set(), vocab: undefined };
    else if (typeof part === "string") {
      report(path, `The context ${shown(part)} would have to be fetched; prefixes must stand in the file itself.`);
    } else if (typeof part !== "object") report(path, "A context is an object of prefixes and names.");
    else context = extend(context, part as JsonObject, path, report);
  }
  return context;
}

function extend(outer: Context, part: JsonObject, path: string, report: Report): Context {
  const prefixes = new Map(outer.prefixes);
  const references = new Set(outer.references);
  const context: Context = { prefixes, references, vocab: typeof part["@vocab"] === "string" ? part["@vocab"] : outer.vocab };
  const targets = Object.entries(part).flatMap(([name, value]): [string, string][] => {
    if (name.startsWith("@")) return [];
    if (typeof value === "string") return [[name, value]];
    const object = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
    if (object["@type"] === "@id" || object["@type"] === "@vocab") references.add(name);
    if (object["@id"] !== undefined && typeof object["@id"] !== "string") report(`${path}.${name}`, "The @id of a name in the context must be a text.");
    return typeof object["@id"] === "string" ? [[name, object["@id"]]] : [];
  });
  // Full IRIs first: the others are made of them.
  for (const [name, iri] of targets) if (isFull(iri)) prefixes.set(name, iri);
  for (const [name, iri] of targets) if (!isFull(iri)) prefixes.set(name, iriOf(iri, context, `${path}.${name}`, report, true));
  return context;
}

const isFull = (iri: string): boolean => /^(?:[a-z][a-z0-9+.-]*:\/\/|urn:|mailto:|tel:|_:)/i.test(iri);

/** @param isName names of the context and `@vocab` count: true of properties and types. */
function iriOf(text: string, context: Context, path: string, report: Report, isName = false): string {
  if (isFull(text)) return text;
  const whole = isName ? context.prefixes.get(text) : undefined;
  if (whole !== undefined) return whole;
  const colon = text.indexOf(":");
  if (colon < 0) return isName && context.vocab !== undefined ? context.vocab + text : text;
  const prefix = context.prefixes.get(text.slice(0, colon));
  if (prefix === undefined) {
    report(path, `The prefix ${shown(text.slice(0, colon))} is not in @context; every prefix that is used must stand there, or full IRIs be used.`);
    return text;
  }
  return prefix + text.slice(colon + 1);
}

const listOf = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]);
