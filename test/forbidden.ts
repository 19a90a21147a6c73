/** What a register must not learn of a crowd's decisions, as a set to search with; and what every request says anyway. */
import { createHash } from "node:crypto";
import { fromBase64url, fromHex, toBase64, toBase64url, toHex, utf8 } from "@freehold/protocol/bytes";
import { thumbprint } from "@freehold/protocol/jws";
import { seedToWords } from "@freehold/protocol/keys";
import { formatCode } from "@freehold/protocol/lock";
import { PURPOSES } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";
import type { Recorded } from "./recorder.ts";
import { createWindows } from "./windows.ts";
import type { Windows } from "./windows.ts";

/** A value as it could be written down; what is encoded otherwise is found by {@link readings}. */
const formsOf = (bytes: Uint8Array) => [bytes, utf8(toHex(bytes)), utf8(toBase64(bytes)), utf8(toBase64url(bytes))];
export const sha256 = (bytes: Uint8Array | string) => new Uint8Array(createHash("sha256").update(bytes).digest());

/** Members of records and answers that are public, or alike in all. */
const SAID_BY_ALL = new Set(["@context", "beacon", "lock", "issued", "expires"]);

/** What nobody but a person and the company that she chose may know: of every record, key, organisation and purpose. */
export function forbidden(crowd: Crowd): Windows {
  const { people, left, right, published } = crowd;
  const windows = createWindows(23);
  const text = (value: string) => value.length > 0 && windows.add(utf8(value));
  const bytes = (value: Uint8Array) => formsOf(value).forEach((form) => windows.add(form));
  const values = (value: unknown): void => {
    if (typeof value === "string" && !/^\d{4}-\d\d-\d\dT/.test(value)) text(value);
    else if (typeof value === "object" && value !== null) for (const [member, one] of Object.entries(value)) if (!SAID_BY_ALL.has(member)) values(one);
  };
  const jws = (value: string) => {
    // Its header says what it is, and by which key: all begin alike.
    const [, payload, signature] = value.split(".") as [string, string, string];
    text(payload);
    values(JSON.parse(Buffer.from(fromBase64url(payload)).toString()));
    bytes(fromBase64url(signature));
    bytes(sha256(value));
  };
  for (const word of PURPOSES) text(word);
  const organisations = people.flatMap((one) => one.organisations);
  for (const { id, name, controller, domains } of organisations) [id, name, controller, ...domains].forEach(text);
  for (const { id, controller } of organisations) for (const value of [id, controller]) bytes(sha256(value));
  for (const value of [left, right].flatMap(({ id, name }) => [id, name])) {
    text(value);
    bytes(sha256(value));
  }
  for (const { person, delivered } of people) {
    bytes(person.seed);
    text(seedToWords(person.seed));
    // What she has erased since is as secret as before.
    for (const item of [...person.book.items, ...delivered.map((one) => one.item)]) {
      const { x, y } = item.key;
      for (const value of [x, y, thumbprint(item.key)]) bytes(fromBase64url(value));
      jws(item.jws);
      bytes(fromHex(item.opening));
      for (const sealed of [...(item.acknowledgements ?? []), ...(item.binding ? [item.binding] : [])]) {
        jws(sealed.jws);
        bytes(fromHex(sealed.opening));
      }
      if (published.has(toHex(person.secret(item)))) continue;
      bytes(person.secret(item));
      text(formatCode(person.secret(item)));
    }
  }
  allowPublic(windows, crowd);
  return windows;
}

/** What is public by design: the lock of each record, the checkpoint that it names; and how every document and address begins. */
function allowPublic(windows: Windows, { people }: Crowd): void {
  windows.allow(utf8(toBase64url(utf8('{"@context":"urn:freehold:'))));
  windows.allow(utf8("http://localhost:"));
  for (const { person, delivered } of people)
    for (const item of [...person.book.items, ...delivered.map((one) => one.item)]) {
      const { beacon } = JSON.parse(Buffer.from(fromBase64url(item.jws.split(".")[1]!)).toString()) as { beacon: { root: string } };
      for (const value of [item.entry.slice(68), beacon.root]) formsOf(fromHex(value)).forEach((form) => windows.allow(form));
    }
}

/** Everything that people and desks ask a register, by its form. */
export const FORMS: readonly RegExp[] = [
  /^GET \/\.well-known\/freehold\.json$/,
  /^GET \/log\/checkpoint$/,
  /^GET \/log\/tile\/(?:entries|[0-9])\/(?:x\d{3}\/)*\d{3}(?:\.p\/\d+)?$/,
  /^GET \/log\/status\/bits$/,
  /^GET \/log\/status\/0$/,
  /^GET \/v1\/shards$/,
  /^GET \/v1\/shards\/(?:names|\d+)\?v=[0-9a-f]{32}$/,
  /^GET \/v1\/backups\/[0-9a-f]{64}$/,
  /^PUT \/v1\/backups\/[0-9a-f]{64}$/,
  /^POST \/v1\/entries\?wait=(?:sequenced|published)$/,
  /^POST \/v1\/entries\/batch\?wait=published$/,
];
/** Headers whose values are the same for everybody, but for these. */
export const VARY = new Set(["content-length", "authorization", "if-match"]);

/** What every request says, whoever sends it, so that it can carry nothing: its headers without those that vary, and the words of the addresses. */
export function frameOf(requests: readonly Recorded[]): string[] {
  const heads = requests.map(({ raw }) => raw.toString("latin1", raw.indexOf("\r\n"), raw.indexOf("\r\n\r\n")).split("\r\n"));
  const lines = new Set(heads.flat().filter((line) => !VARY.has(line.split(":")[0]!.toLowerCase())));
  return [...lines, ...VARY, ...FORMS.map((form) => form.source.replaceAll("\\", ""))];
}

/** Names and ids, in small letters, down to a length at which random bytes do not spell them. Shorter ones have no place in the forms above. */
export function shortWords({ people }: Crowd): string[] {
  const words = people.flatMap(({ organisations }) => organisations.flatMap(({ id, name, domains }) => [id, name, ...domains]));
  return [...new Set(words.map((word) => word.toLowerCase()))].filter((word) => word.length >= 7);
}
