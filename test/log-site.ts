/** The pages of the log over a register in memory, on 127.0.0.1: what the server would serve, without the server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fromBase64, toBase64, toHex, utf8 } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { hashOf } from "@freehold/protocol/jws";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { formatProof } from "@freehold/protocol/proof";
import { isEnded, proveStatus } from "@freehold/protocol/status";
import type { Anchors, CoveringAnchor, Pages, WitnessRow } from "../ledger/views/props.ts";
import { readQuery } from "../ledger/views/query.ts";
import { bytesOf, createRegister } from "../protocol/testkit/register.ts";
import { claimOf } from "../protocol/testkit/story.ts";
import { buildUi } from "../ui/build.ts";

const OUT = join(fileURLToPath(new URL("..", import.meta.url)), "build/ui");

/** As strict as the server's: a page that needs more fails here. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TYPES: { [ending: string]: string } = { js: "text/javascript", css: "text/css", woff2: "font/woff2" };

/** A log with every kind of entry: where each of them is. */
function makeLog(now = Math.floor(Date.now() / 1000)) {
  const register = createRegister("register.example/log");
  const record = (label: string, lock = bytesOf(`lock ${label}`)) => register.append({ kind: "record", commitment: bytesOf(`commitment ${label}`), lock });
  const strangers = (label: string, count: number) => Array.from({ length: count }, (_, i) => record(`${label} ${i}`));
  const claim = claimOf();

  const publication = register.publishDocument(claim);
  const [current] = strangers("early", 40) as [number];
  register.publish(now - 900);
  const secret = bytesOf("secret");
  const ended = record("ended", lockOf(secret));
  strangers("middle", 210);
  const twin = record("twin", lockOf(secret));
  register.publish(now - 600);
  const withdrawal = register.append({ kind: "withdrawal", secret });
  const bornEnded = record("late", lockOf(secret));
  const withheld = register.append({ kind: "publication", hash: bytesOf("withheld document") });
  strangers("late", 7);
  const published = register.publish(now - 40);
  const status = published.size - 1;
  return { register, published, at: now - 40, claim, secret, places: { publication, current, ended, twin, withdrawal, bornEnded, withheld, status } };
}

type DemoLog = ReturnType<typeof makeLog>;

export const witnessRows = ({ published, at }: DemoLog): WitnessRow[] => [
  { name: "witness-1.example", independent: false, size: published.size, time: at, error: null },
  { name: "witness-2.example", independent: true, size: published.size, time: at, error: null },
  { name: "witness-3.example", independent: true, size: published.size - 12, time: at - 600, error: null },
];

const CHAINS = [
  { chainId: 1, contract: "5f".repeat(20), register: "f3".repeat(20), confirmations: 12, independent: true, anchored: 41, trouble: false },
  { chainId: 31_337, contract: "5f".repeat(20), register: "a0".repeat(20), confirmations: 1, independent: false, anchored: 254, trouble: true },
];

/** An anchor in each state, on a chain of others and on the register's own. */
export const anchorsOf = ({ published, at }: DemoLog): Anchors => ({
  chains: CHAINS,
  list: [
    { chainId: 1, independent: true, size: published.size, block: null, confirmations: 0, cost: null, state: "sent", sent: at },
    { chainId: 31_337, independent: false, size: 254, block: 118, confirmations: 4, gas: 29_871, cost: "29871000209097", state: "confirmed", sent: at - 560 },
    { chainId: 1, independent: true, size: 254, block: 23_801_911, confirmations: 3, cost: null, state: "included", sent: at - 500 },
    { chainId: 1, independent: true, size: 250, block: null, confirmations: 0, cost: null, state: "replaced", sent: at - 590 },
    { chainId: 1, independent: true, size: 41, block: 23_801_870, confirmations: 44, gas: 46_971, cost: "53781795000000", state: "confirmed", sent: at - 860 },
  ],
});

/** The smallest confirmed one that holds the entry, of others first. */
const anchorOver = (index: number): CoveringAnchor | null => {
  const chain = CHAINS.find(({ anchored }) => anchored > index);
  if (chain === undefined) return null;
  const { chainId, independent, anchored: size } = chain;
  return { chainId, independent, size, root: toHex(bytesOf(`root ${size}`)), block: independent ? 23_801_870 : 118 };
};

type Answer = { status?: number; type: string; body: string | Uint8Array; location?: string };

export interface LogSite {
  url: string;
  log: DemoLog;
  /** Changes an answer of the interface before it is sent, by its path: a register that lies. */
  lies: Map<string, (body: string) => string>;
  /** Replaces the page's own props. */
  rows: WitnessRow[];
  anchors: Anchors | null;
  /** Bytes of each answer as sent, by path. */
  sent: Map<string, number>;
  close(): Promise<void>;
}

/** Builds the pages if need be, and serves them. */
export async function serveLog(log = makeLog()): Promise<LogSite> {
  await buildUi();
  const pages = (await import(pathToFileURL(join(OUT, "log.js")).href)) as Pages;
  // Read at once, as the server does: someone may build anew while this runs.
  const assets = new Map(readdirSync(join(OUT, "assets")).map((name) => [`/assets/${name}`, readFileSync(join(OUT, "assets", name))]));
  const lies: LogSite["lies"] = new Map();
  const sent = new Map<string, number>();
  const state: Pick<LogSite, "rows" | "anchors"> = { rows: witnessRows(log), anchors: anchorsOf(log) };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const { status = 200, type, body, location } = answer(pathname, searchParams);
    const lie = lies.get(pathname);
    const plain = lie === undefined ? body : lie(String(body));
    const packed = type === "font/woff2" ? plain : gzipSync(plain, { level: 9 });
    sent.set(pathname, packed.length);
    response.writeHead(status, {
      "content-type": type,
      "content-security-policy": CSP,
      "cache-control": "no-store",
      ...(packed !== plain && { "content-encoding": "gzip" }),
      ...(location !== undefined && { location }),
    });
    response.end(packed);
  });

  const { register, published, at, claim, places } = log;
  const { entries, origin, policyText: policy } = register;
  const { bits } = register.fold;
  const size = published.size;
  const listed = (index: number) => ({ index, entry: entries[index]!, ended: isEnded(bits, size, index) });
  const proof = (index: number) => formatProof({ index, hashes: register.inclusion(index, published), checkpoint: published.note });
  const status = (index: number) => proveStatus({ bits, size: size - 1, index, inclusion: register.inclusion(size - 1, published) });
  const lockState = (lock: string) => {
    const records = entries.flatMap((entry, i) => (entry[1] === 1 && toHex(entry.subarray(34)) === lock ? [i] : []));
    const withdrawal = entries.findIndex((entry) => entry[1] === 2 && toHex(lockOf(entry.subarray(2))) === lock);
    return { records: records.slice(0, 64), count: records.length, withdrawal: withdrawal < 0 ? null : withdrawal };
  };
  const site = () => ({ origin, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const html = (body: string, code = 200): Answer => ({ status: code, type: "text/html; charset=utf-8", body });
  const json = (value: unknown): Answer => ({ type: "application/json", body: JSON.stringify(value) });
  const missing = (detail: string) => html(pages.renderProblem({ site: site(), status: 404, title: "Not found", detail, code: "not_found" }), 404);

  const logPage = (before?: number) => {
    const end = Math.min(size, before ?? size);
    const latest = Array.from({ length: Math.min(20, end) }, (_, i) => listed(end - 1 - i));
    return html(
      pages.renderLog({
        site: site(),
        published: { note: published.note, time: at },
        waiting: 2,
        policy,
        witnesses: state.rows,
        anchors: state.anchors,
        entries: latest,
        before,
      }),
    );
  };

  const entryPage = (index: number) => {
    if (index >= size) return missing(`The published log has the entries 0 to ${size - 1}; there is no entry ${index}.`);
    const entry = decodeEntry(entries[index]!);
    const lock = entry.kind === "record" ? entry.lock : entry.kind === "withdrawal" ? lockOf(entry.secret) : null;
    return html(
      pages.renderEntry({
        site: site(),
        published: { note: published.note, time: at },
        index,
        entry: entries[index]!,
        proof: proof(index),
        status: entry.kind === "record" ? status(index) : null,
        lock: lock === null ? null : lockState(toHex(lock)),
        document:
          entry.kind !== "publication"
            ? null
            : index === places.publication
              ? { bytes: utf8(claim) }
              : { withheld: "its author asked for it, because it named a person" },
        anchor: state.anchors === null ? undefined : anchorOver(index),
        policy,
        witnesses: state.rows,
      }),
    );
  };

  const searchPage = (typed: string): Answer => {
    const query = readQuery(typed);
    const found = (index: number): Answer => ({ status: 303, type: "text/plain", body: "", location: `/log/${index}` });
    const shown = (result: Parameters<Pages["renderSearch"]>[0]["result"], code = 200) =>
      html(pages.renderSearch({ site: site(), query: typed, result }), code);
    if (query.kind === "code" || query.kind === "unreadable") return shown({ kind: query.kind }, 400);
    if (query.kind === "index") return query.index < size ? found(query.index) : shown({ kind: "nothing", size }, 404);
    const hash = toHex(query.hash);
    const index = entries.findIndex((entry) => toHex(leafHash(entry)) === hash || (entry[1] === 3 && toHex(entry.subarray(2)) === hash));
    if (index >= 0) return found(index);
    const lock = lockState(hash);
    return lock.count === 0 ? shown({ kind: "nothing", size }, 404) : shown({ kind: "lock", lock: hash, ...lock });
  };

  const answer = (path: string, query: URLSearchParams): Answer => {
    const number = /^(.*\/)(\d+)$/.exec(path);
    const index = Number(number?.[2]);
    if (path === "/log") return query.has("q") ? searchPage(query.get("q")!) : logPage(query.has("before") ? Number(query.get("before")) : undefined);
    if (number?.[1] === "/log/") return entryPage(index);
    if (assets.has(path)) return { type: TYPES[path.split(".").at(-1)!]!, body: assets.get(path)! };
    if (path === "/.well-known/freehold.json") return json({ origin, policy });
    if (path === "/log/checkpoint") return { type: "text/plain; charset=utf-8", body: published.note };
    if (number?.[1] === "/log/status/") return json({ checkpoint: published.note, status: status(index) });
    if (number?.[1] === "/v1/entries/") return json({ index, entry: toBase64(entries[index]!), hash: toHex(leafHash(entries[index]!)), proof: proof(index) });
    if (path === `/documents/${hashOf(claim)}`) return { type: "application/octet-stream", body: claim };
    if (path.startsWith("/documents/")) return { status: 451, type: "application/problem+json", body: "{}" };
    return missing(`There is nothing at ${path}.`);
  };

  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: site().url,
    log,
    lies,
    sent,
    get rows() {
      return state.rows;
    },
    set rows(rows) {
      state.rows = rows;
    },
    get anchors() {
      return state.anchors;
    },
    set anchors(anchors) {
      state.anchors = anchors;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Flips one bit of a base64 text that begins somewhere in a longer text. */
export function flip(text: string, base64: string, at = 0): string {
  const bytes = fromBase64(base64);
  bytes[at]! ^= 1;
  return text.replace(base64, toBase64(bytes));
}
