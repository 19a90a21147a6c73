/** An OpenAPI 3.1 document as a reader needs it: requests by subject, types as TypeScript writes them, a line for a terminal each. Pure. */
import type { Operation, Reference } from "./views/props.ts";

interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  prefixItems?: readonly Schema[];
  properties?: { readonly [name: string]: Schema };
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  default?: unknown;
  example?: unknown;
  description?: string;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: unknown;
}
type Content = { readonly [media: string]: { schema?: Schema; example?: unknown } };
interface Described {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: readonly Parameter[];
  requestBody?: { content?: Content };
  responses?: { readonly [status: string]: { description?: string; content?: Content } };
}
/** As much of an OpenAPI document as is read. */
export interface OpenApiDocument {
  info?: { version?: string };
  paths?: { readonly [path: string]: { readonly [method: string]: unknown } };
  components?: { schemas?: { readonly [name: string]: Schema } };
}

const METHODS = ["get", "put", "post", "delete", "patch"];
const SUBJECTS: { readonly [segment: string]: string } = {
  entries: "Entries",
  locks: "Locks",
  anchors: "Anchors",
  shards: "Organisations in shards",
  backups: "Backups",
  claims: "Claims",
  notices: "Notices",
  companies: "Companies that joined",
  mailboxes: "Mailboxes and webhooks",
  map: "The map",
};
/** Types are nested no deeper: a shape that is deeper has a name. */
const DEEPEST = 5;

/** @param url of the register, for the examples. */
export function referenceOf(document: OpenApiDocument, url: string): Reference {
  const bySubject = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    const segment = /^\/(?:v1\/)?([^/{]*)/.exec(path)?.[1] ?? "";
    const subject = SUBJECTS[segment] ?? (segment === "" ? "Other" : segment[0]!.toUpperCase() + segment.slice(1));
    for (const method of METHODS) {
      const described = methods[method] as Described | undefined;
      if (described === undefined) continue;
      const shared = (methods["parameters"] as readonly Parameter[] | undefined) ?? [];
      const operations = bySubject.get(subject) ?? [];
      operations.push(operationOf(method, path, { ...described, parameters: [...shared, ...(described.parameters ?? [])] }, url));
      bySubject.set(subject, operations);
    }
  }
  const order = Object.values(SUBJECTS);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return {
    version: document.info?.version ?? "",
    groups: [...bySubject].map(([name, operations]) => ({ name, operations })).sort((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1)),
    shapes: Object.entries(document.components?.schemas ?? {})
      .map(([name, schema]) => ({ name, type: typeOf(schema, 0, true), description: schema.description ?? "" }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function operationOf(
  method: string,
  path: string,
  { summary = "", description = "", parameters = [], requestBody, responses = {} }: Described,
  url: string,
): Operation {
  const bodies = Object.entries(requestBody?.content ?? {});
  return {
    id: `${method}-${path.replaceAll(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "")}`,
    method: method.toUpperCase(),
    path,
    summary,
    description,
    parameters: parameters.map(({ name, in: place, required = false, description: meaning, schema = {} }) => ({
      name,
      in: place,
      required,
      type: typeOf(schema),
      description: [
        meaning ?? schema.description ?? "",
        schema.default === undefined ? "" : `${JSON.stringify(schema.default)} where it is left out`,
        limits(schema),
      ]
        .filter(Boolean)
        .join("; "),
    })),
    bodies: bodies.map(([media, { schema = {} }]) => ({ media, type: typeOf(schema) })),
    responses: Object.entries(responses).map(([status, { description: meaning = "", content = {} }]) => ({
      status,
      description: meaning,
      type: Object.values(content)
        .map(({ schema = {} }) => typeOf(schema))
        .join(" | "),
    })),
    example: exampleOf(method, path, parameters, bodies, url),
  };
}

function limits({ pattern, minimum, maximum, maxLength }: Schema): string {
  return [
    pattern === undefined ? "" : `matches ${pattern}`,
    minimum === undefined ? "" : `at least ${minimum}`,
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? "" : `at most ${maximum}`,
    maxLength === undefined ? "" : `at most ${maxLength} characters`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A schema as TypeScript writes a type; `open` breaks the members of an object into lines. */
export function typeOf(schema: Schema, depth = 0, open = false): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (depth > DEEPEST) return "…";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map((one) => typeOf(one, depth + 1)))].join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map((one) => typeOf(one, depth + 1)).join(" & ");
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.length > 1) return types.map((type) => typeOf({ ...schema, type }, depth, open)).join(" | ");
  switch (types[0]) {
    case "array": {
      if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map((one) => typeOf(one, depth + 1)).join(", ")}]`;
      const item = typeOf(schema.items ?? {}, depth + 1);
      return /[|&]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return objectType(schema, depth, open);
    case "string":
      return schema.format === "binary" ? "bytes" : "string";
    case undefined:
      return schema.properties === undefined ? "any" : objectType(schema, depth, open);
    default:
      return types[0];
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, depth: number, open: boolean): string {
  const members = Object.entries(properties).map(
    ([name, of]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOf(of, depth + 1)}`,
  );
  if (typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0)
    members.push(`[name]: ${typeOf(additionalProperties, depth + 1)}`);
  else if (additionalProperties === true || (typeof additionalProperties === "object" && members.length > 0)) members.push("…");
  if (members.length === 0) return "{}";
  return open ? `{\n${members.map((member) => `  ${member};`).join("\n")}\n}` : `{ ${members.join("; ")} }`;
}

/** With the examples of the document; what has none is named in capitals. */
function exampleOf(
  method: string,
  path: string,
  parameters: readonly Parameter[],
  bodies: readonly (readonly [string, { schema?: Schema; example?: unknown }])[],
  url: string,
): string {
  const value = (one: Parameter): string => {
    const found = one.example ?? one.schema?.example ?? one.schema?.default ?? one.schema?.enum?.[0];
    return found === undefined ? one.name.toUpperCase() : encodeURIComponent(typeof found === "string" ? found : JSON.stringify(found));
  };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.in === "path" && one.name === name);
    return parameter === undefined ? name.toUpperCase() : value(parameter);
  });
  const query = parameters.filter((one) => one.in === "query" && one.required === true).map((one) => `${one.name}=${value(one)}`);
  const header = parameters.filter((one) => one.in === "header" && one.required === true).map((one) => `-H '${one.name}: ${decodeURIComponent(value(one))}'`);
  const [media, body] = bodies.find(([name]) => name === "application/json") ?? bodies[0] ?? [];
  const sent =
    media === undefined
      ? []
      : [
          `-H 'content-type: ${media}'`,
          media === "application/json" ? `-d '${JSON.stringify(exampleValue(body?.example, body?.schema))}'` : "--data-binary @FILE",
        ];
  return [
    "curl",
    ...(method === "get" ? [] : ["-X", method.toUpperCase()]),
    `'${url}${filled}${query.length === 0 ? "" : `?${query.join("&")}`}'`,
    ...header,
    ...sent,
  ].join(" ");
}

function exampleValue(given: unknown, schema: Schema | undefined): unknown {
  if (given !== undefined) return given;
  if (schema?.example !== undefined) return schema.example;
  if (schema?.properties === undefined) return {};
  const required = schema.required ?? [];
  return Object.fromEntries(
    Object.entries(schema.properties)
      .filter(([name]) => required.includes(name))
      .map(([name, of]) => [
        name,
        of.example ?? of.const ?? of.enum?.[0] ?? (of.type === "array" ? [of.items?.example ?? "…"] : of.type === "integer" || of.type === "number" ? 0 : "…"),
      ]),
  );
}
