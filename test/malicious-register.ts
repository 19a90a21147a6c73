/**
 * A register that lies: a sound one served from memory over HTTP, with one function for each crime, and what an audit must
 * say of it. The operator of the worst crimes holds all keys, its witnesses' too: it signs what it serves.
 */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fromHex, toHex, utf8 } from "../protocol/src/bytes.ts";
import { formatCheckpoint } from "../protocol/src/checkpoint.ts";
import { cosign } from "../protocol/src/cosignature.ts";
import { decodeEntry, encodeEntry } from "../protocol/src/entry.ts";
import { hashOf } from "../protocol/src/jws.ts";
import { lockOf } from "../protocol/src/lock.ts";
import { leafHash, rootHash } from "../protocol/src/merkle.ts";
import { TYPE_COSIGNATURE, formatNote, formatVkey, makeNoteKey, parseNote, signNote } from "../protocol/src/note.ts";
import { emptyFold, foldEntry, statusRoot } from "../protocol/src/status.ts";
import { TILE_WIDTH, appendTiles, encodeBundle, tilePath } from "../protocol/src/tile.ts";
import { bytesOf, createRegister } from "../protocol/testkit/register.ts";
import { START } from "../protocol/testkit/story.ts";

const ORIGIN = "register.test/log";
const WITNESSED = START + 600;

/** What a register serves: a path, and its answer. */
export interface Site {
  [path: string]: { status?: number; body: Uint8Array | string; headers?: { [name: string]: string } };
}

export interface Log {
  entries: readonly Uint8Array[];
  /** The bits of the entries before the last one. */
  bits: Uint8Array;
  documents: { [sha256: string]: string | 451 };
}

const register = createRegister(ORIGIN);
/** The keys of the testkit's register and witnesses. */
const logKey = makeNoteKey(ORIGIN, bytesOf(`log ${ORIGIN}`));
const witnesses = [1, 2, 3].map((i) => makeNoteKey(`witness-${i}.example`, bytesOf(`witness ${i}`), TYPE_COSIGNATURE));
export const policyText = register.policyText;

const secretOf = (i: number | string) => bytesOf(`secret ${i}`);
const record = (i: number | string, lock = lockOf(secretOf(i))) => encodeEntry({ kind: "record", commitment: bytesOf(`commitment ${i}`), lock });
const withdrawal = (i: number | string) => encodeEntry({ kind: "withdrawal", secret: secretOf(i) });
const publication = (document: string) => encodeEntry({ kind: "publication", hash: fromHex(hashOf(document)) });

/** Where the sound log has what the crimes need. */
export const AT = {
  /** A record that is withdrawn at `withdrawal`, and the status entry after that. */
  record: 40,
  withdrawal: 60,
  status: 61,
  /** A record with the open lock of `record`: born ended. */
  born: 80,
  /** Two records with one lock, which is opened at `sharedWithdrawal`. */
  shared: 100,
  sharedWithdrawal: 300,
  publication: 120,
  /** Its document is withheld. */
  withheld: 121,
} as const;

/** A sound log of 3 bundles: born-ended records, a shared lock, publications (one withheld), and a status entry after every 50 entries and at its end. */
export function soundLog(size = 700): Log {
  const documents: Log["documents"] = { [hashOf("a notice")]: "a notice", [hashOf("a claim that is withheld")]: 451 };
  const special: { [index: number]: () => Uint8Array } = {
    [AT.withdrawal]: () => withdrawal(AT.record),
    [AT.born]: () => record(AT.born, lockOf(secretOf(AT.record))),
    [AT.shared]: () => record(AT.shared, lockOf(secretOf("shared"))),
    [AT.shared + 1]: () => record(AT.shared + 1, lockOf(secretOf("shared"))),
    [AT.publication]: () => publication("a notice"),
    [AT.withheld]: () => publication("a claim that is withheld"),
    [AT.sharedWithdrawal]: () => withdrawal("shared"),
  };
  return foldLog((i) => (i === AT.status || i % 50 === 49 || i === size - 1 ? "status" : (special[i]?.() ?? record(i))), size, documents);
}

/** A log from its entries; "status" stands for the status entry that belongs there. */
function foldLog(entryAt: (i: number) => Uint8Array | "status", size: number, documents: Log["documents"]): Log {
  const fold = emptyFold();
  const entries: Uint8Array[] = [];
  for (let i = 0; i < size; i++) {
    const made = entryAt(i);
    const entry = made === "status" ? encodeEntry({ kind: "status", size: i, root: statusRoot(fold.bits, i) }) : made;
    foldEntry(fold, entry);
    entries.push(entry);
  }
  return { entries, bits: fold.bits.slice(0, Math.ceil((size - 1) / 8)), documents };
}

/** The fold of any log, sound or not: by the definition of the bits (spec/status.md), over all its entries but the last. */
function bitsOf(entries: readonly Uint8Array[]): Uint8Array {
  const open = new Set<string>();
  const decoded = entries.slice(0, -1).map((bytes) => (bytes.length === 66 || bytes.length === 34 || bytes.length === 42 ? decodeEntry(bytes) : undefined));
  for (const entry of decoded) if (entry?.kind === "withdrawal") open.add(toHex(lockOf(entry.secret)));
  const bits = new Uint8Array(Math.ceil((entries.length - 1) / 8));
  for (const [i, entry] of decoded.entries()) if (entry?.kind === "record" && open.has(toHex(entry.lock))) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** Signs and serves a log as it is: everything fits together that can. `signing` may leave out witnesses, or put in other keys. */
export function siteOf(log: Log, signing: { key?: typeof logKey; witnesses?: typeof witnesses } = {}): Site {
  const { entries, bits, documents } = log;
  const leafHashes = entries.map(leafHash);
  const text = formatCheckpoint({ origin: ORIGIN, size: entries.length, root: rootHash(leafHashes) });
  const signed = parseNote(signNote(text, [signing.key ?? logKey]));
  const site: Site = {
    "/.well-known/freehold.json": {
      body: JSON.stringify({
        origin: ORIGIN,
        log: "/log/",
        vkey: formatVkey(logKey.vkey),
        policy: policyText,
        documents: "/documents/",
        chain: null,
        api: "/openapi.json",
      }),
    },
    "/log/checkpoint": {
      body: formatNote({ text, signatures: [...signed.signatures, ...(signing.witnesses ?? witnesses).map((key) => cosign(text, key, WITNESSED))] }),
    },
    "/log/status/bits": { body: bits, headers: { "freehold-size": String(entries.length - 1), "freehold-root": toHex(statusRoot(bits, entries.length - 1)) } },
  };
  for (const { tile, bytes } of appendTiles({ size: 0, leafHashes, readTile: () => new Uint8Array(0) })) site[`/log/${tilePath(tile)}`] = { body: bytes };
  putBundles(site, entries);
  for (const [hash, document] of Object.entries(documents)) site[`/documents/${hash}`] = document === 451 ? { status: 451, body: "{}" } : { body: document };
  return site;
}

function putBundles(site: Site, entries: readonly Uint8Array[]): void {
  for (let index = 0; index * TILE_WIDTH < entries.length; index++) {
    const bundle = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    site[`/log/${tilePath({ level: "entries", index, width: bundle.length })}`] = { body: encodeBundle(bundle) };
  }
}

/** A log with other entries, in which every status entry and the bitmap follow the same definition: all that is wrong is what was put there. */
function refolded(log: Log, change: (entries: Uint8Array[]) => void): Log {
  const entries = [...log.entries];
  change(entries);
  for (const [i, bytes] of entries.entries()) {
    if (bytes[1] !== 4) continue;
    const before = bitsOf([...entries.slice(0, i), bytes]);
    entries[i] = encodeEntry({ kind: "status", size: i, root: statusRoot(before, i) });
  }
  return { ...log, entries, bits: bitsOf(entries) };
}

/** Changes one byte of an answer. */
function spoil(site: Site, path: string, at: number): void {
  const body = Uint8Array.from(site[path]!.body as Uint8Array);
  body[at]! ^= 1;
  site[path] = { ...site[path]!, body };
}

export interface Crime {
  /** What is served. */
  site: () => Site;
  /** What an audit must say: code and index; no other code. */
  says: readonly [code: string, index: number | null][];
  /** Where the auditor has an earlier checkpoint: the site that served it. */
  earlier?: () => Site;
}

const sound = soundLog();
const last = sound.entries.length - 1;

export const crimes: { readonly [name: string]: Crime } = {
  "an entry is dropped from what is served": {
    site: () => {
      const site = siteOf(sound);
      const entries = sound.entries.filter((_, i) => i !== 200);
      // The last bundle keeps its path: one entry short.
      putBundles(site, [...entries, sound.entries[last]!]);
      return site;
    },
    says: [
      ["tile_mismatch", 200],
      ["root_mismatch", null],
      ["status_mismatch", 248],
    ],
  },
  "a bundle is one entry short": {
    site: () => {
      const site = siteOf(sound);
      site["/log/tile/entries/001"] = { body: encodeBundle(sound.entries.slice(256, 511)) };
      return site;
    },
    says: [["bundle_malformed", 256]],
  },
  "two entries are swapped in what is served": {
    site: () => {
      const site = siteOf(sound);
      putBundles(site, sound.entries.with(10, sound.entries[11]!).with(11, sound.entries[10]!));
      return site;
    },
    says: [
      ["tile_mismatch", 10],
      ["root_mismatch", null],
    ],
  },
  "a tile of level 0 is rewritten": {
    site: () => {
      const site = siteOf(sound);
      spoil(site, "/log/tile/0/001", 32 * 7);
      return site;
    },
    says: [["tile_mismatch", 263]],
  },
  "a tile of level 1 is rewritten": {
    site: () => {
      const site = siteOf(sound);
      spoil(site, "/log/tile/1/000.p/2", 32);
      return site;
    },
    says: [["tile_mismatch", 256]],
  },
  "a tile is missing": {
    site: () => {
      const { "/log/tile/0/001": _, ...site } = siteOf(sound);
      return site;
    },
    says: [["tile_missing", 256]],
  },
  "a bundle is missing": {
    site: () => {
      const { "/log/tile/entries/001": _, ...site } = siteOf(sound);
      return site;
    },
    says: [["bundle_missing", 256]],
  },
  "a bundle is rewritten": {
    site: () => {
      const site = siteOf(sound);
      putBundles(site, sound.entries.with(33, record("another")));
      return site;
    },
    says: [
      ["tile_mismatch", 33],
      ["root_mismatch", null],
    ],
  },
  "an entry has no format": {
    site: () => siteOf(refolded(sound, (entries) => (entries[33] = utf8("Hello, world. I am no entry, and I am in the log.")))),
    says: [["entry_malformed", 33]],
  },
  "a status entry has a wrong bit": {
    site: () => {
      const bits = bitsOf(sound.entries.slice(0, 100));
      bits[0]! |= 1;
      return siteOf({ ...sound, entries: sound.entries.with(99, encodeEntry({ kind: "status", size: 99, root: statusRoot(bits, 99) })) });
    },
    says: [["status_mismatch", 99]],
  },
  "a status entry has a wrong size": {
    site: () =>
      siteOf({
        ...sound,
        entries: sound.entries.with(99, encodeEntry({ kind: "status", size: 98, root: statusRoot(bitsOf(sound.entries.slice(0, 99)), 98) })),
      }),
    says: [["status_mismatch", 99]],
  },
  "the served bitmap has a wrong bit": {
    site: () => {
      const site = siteOf(sound);
      spoil(site, "/log/status/bits", 2);
      return site;
    },
    says: [["bitmap_mismatch", 16]],
  },
  "the served bitmap is missing": {
    site: () => {
      const { "/log/status/bits": _, ...site } = siteOf(sound);
      return site;
    },
    says: [["bitmap_missing", null]],
  },
  "the tree ends in no status entry": {
    site: () => {
      const entries = [...sound.entries, record("at the end")];
      return siteOf({ ...sound, entries, bits: bitsOf(entries) });
    },
    says: [["status_missing", last + 1]],
  },
  "a withdrawal is logged and never applied": {
    site: () => {
      // The operator folds as if the withdrawal were none.
      const blind = foldLog(
        (i) => (sound.entries[i]![1] === 4 ? "status" : i === AT.sharedWithdrawal ? record("in its place") : sound.entries[i]!),
        last + 1,
        sound.documents,
      );
      return siteOf({ ...blind, entries: blind.entries.with(AT.sharedWithdrawal, sound.entries[AT.sharedWithdrawal]!) });
    },
    says: [
      ["status_mismatch", 349],
      ["bitmap_mismatch", AT.shared],
    ],
  },
  "a record that should be born ended is not": {
    site: () => {
      const blind = foldLog(
        (i) => (sound.entries[i]![1] === 4 ? "status" : i === AT.born ? record("in its place") : sound.entries[i]!),
        last + 1,
        sound.documents,
      );
      return siteOf({ ...blind, entries: blind.entries.with(AT.born, sound.entries[AT.born]!) });
    },
    says: [
      ["status_mismatch", 99],
      ["bitmap_mismatch", AT.born],
    ],
  },
  "a record stands in the log twice": {
    site: () => siteOf(refolded(sound, (entries) => (entries[500] = entries[33]!))),
    says: [["entry_repeated", 500]],
  },
  "a withdrawal stands in the log twice": {
    site: () => siteOf(refolded(sound, (entries) => (entries[500] = entries[AT.withdrawal]!))),
    says: [["entry_repeated", 500]],
  },
  "a withdrawal opens no lock": {
    site: () => siteOf(refolded(sound, (entries) => (entries[500] = withdrawal("nobody")))),
    says: [["withdrawal_unknown", 500]],
  },
  "a withdrawal comes before its only record": {
    site: () => siteOf(refolded(sound, (entries) => (entries[20] = withdrawal(500)))),
    says: [["withdrawal_unknown", 20]],
  },
  "a document is another": {
    site: () => ({ ...siteOf(sound), [`/documents/${hashOf("a notice")}`]: { body: "another notice" } }),
    says: [["document_mismatch", AT.publication]],
  },
  "a document is missing": {
    site: () => {
      const { [`/documents/${hashOf("a notice")}`]: _, ...site } = siteOf(sound);
      return site;
    },
    says: [["document_missing", AT.publication]],
  },
  "history is rewritten, signed and cosigned anew": {
    site: () => siteOf(refolded(sound, (entries) => (entries[33] = record("another")))),
    earlier: () => siteOf(soundLog(400)),
    says: [["history_forked", null]],
  },
  "the log is rolled back": {
    site: () => siteOf(soundLog(400)),
    earlier: () => siteOf(sound),
    says: [["log_rolled_back", 400]],
  },
  "the entries before an earlier checkpoint are rewritten in what is served": {
    site: () => {
      const site = siteOf(sound);
      putBundles(site, sound.entries.with(33, record("another")));
      return site;
    },
    earlier: () => siteOf(soundLog(400)),
    says: [
      ["tile_mismatch", 33],
      ["root_mismatch", null],
    ],
  },
  "a cosignature is forged": {
    site: () => siteOf(sound, { witnesses: [...witnesses.slice(0, 2), forgedKey(witnesses[2]!)] }),
    says: [["cosignature_invalid", null]],
  },
  "the log's signature is forged": {
    site: () => siteOf(sound, { key: forgedKey(logKey) }),
    says: [["checkpoint_signature", null]],
  },
  "the checkpoint is of an unknown key": {
    site: () => siteOf(sound, { key: makeNoteKey(ORIGIN, bytesOf("some key")) }),
    says: [["checkpoint_signature", null]],
  },
  "the quorum is missing": {
    site: () => siteOf(sound, { witnesses: witnesses.slice(0, 1) }),
    says: [["quorum", null]],
  },
  "the checkpoint is none": {
    site: () => ({ ...siteOf(sound), "/log/checkpoint": { body: "all is well\n" } }),
    says: [["checkpoint_malformed", null]],
  },
  "the checkpoint is of another log": {
    site: () => {
      const site = siteOf(sound);
      return {
        ...site,
        "/.well-known/freehold.json": {
          body: (site["/.well-known/freehold.json"]!.body as string).replace(`"origin":"${ORIGIN}"`, '"origin":"other.test/log"'),
        },
      };
    },
    says: [["origin_mismatch", null]],
  },
  "the checkpoint claims entries that nobody has": {
    site: () => {
      const text = formatCheckpoint({ origin: ORIGIN, size: Number.MAX_SAFE_INTEGER, root: bytesOf("any") });
      const signed = parseNote(signNote(text, [logKey]));
      return {
        ...siteOf(sound),
        "/log/checkpoint": { body: formatNote({ text, signatures: [...signed.signatures, ...witnesses.map((key) => cosign(text, key, WITNESSED))] }) },
      };
    },
    says: [
      ["bundle_missing", 512],
      ["tile_missing", 512],
    ],
  },
};

/** A key that signs under the name and key id of another. */
function forgedKey(key: typeof logKey): typeof logKey {
  return { vkey: key.vkey, seed: bytesOf("not the seed") };
}

export interface Served {
  url: string;
  /** What is served from now on. A function is called for each request, with how often the path was asked for since. */
  site: Site | ((path: string, times: number) => Site);
  close(): Promise<void>;
}

/** Serves a site on 127.0.0.1. */
export async function serve(site: Served["site"]): Promise<Served> {
  let current = site;
  const asked = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const path = request.url!;
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    const now = typeof current === "function" ? current(path, times) : current;
    const { status = 200, body, headers = {} } = now[path] ?? { status: 404, body: '{"code":"not_found"}' };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get site() {
      return current;
    },
    set site(next) {
      current = next;
      asked.clear();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
