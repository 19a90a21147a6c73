/**
 * Publishes the map's records: each gets a signed document that says what was read and when (spec/practice.md), and the document an
 * entry in the log. A document is stored before it is submitted, so that after a crash the same bytes are submitted again; the log
 * gives what it has already the index that it has.
 */
import { createHash } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import { toHex, utf8 } from "@freehold/protocol/bytes";
import type { Jwk } from "@freehold/protocol/jws";
import { formatInstant } from "@freehold/protocol/shape";
import type { Log } from "../../../ledger/log.ts";
import { createSigner } from "./signer.ts";
import type { MapStore } from "../store.ts";

/** Where a test can make a crash happen. */
export type PublishingPoint = "documents:before-commit" | "documents:after-commit" | "log:sequenced" | "marks:before-commit" | "marks:after-commit";

export interface PublishingOptions {
  store: MapStore;
  log: Pick<Log, "origin" | "publishDocuments" | "findPublication">;
  /** The 32 bytes of the register's publishing key. */
  key: Uint8Array;
  /** Withholds a document of the log (ledger/store.ts). */
  withhold?: (document: Uint8Array, reason: string) => void;
  /** Seconds since 1970. */
  now?: () => number;
  at?: (point: PublishingPoint) => void;
  /** Told of what went wrong and will be tried again. */
  warn?: (message: string, cause: unknown) => void;
}

export interface Publishing {
  /** What verifies the register's publications: `publishing` of `/.well-known/freehold.json`. */
  readonly jwk: Jwk;
  /** Publishes all that waits now; resolves when it is in the log. Throws `unavailable` where the log or the map cannot be written. */
  publish(): Promise<void>;
  /** Publishes what waits, now and whenever there is something, until it is closed. */
  start(): void;
  /** Ends after the slice at hand. */
  close(): Promise<void>;
}

/** Documents that are made at once: some milliseconds of signing. */
const SLICE = 128;
/** Milliseconds between looks. */
const LOOK = 1000;
/** Milliseconds for which the register waits for a command that writes the map: it has others to serve. */
const PATIENCE = 20;

/**
 * @example
 * ```ts
 * const publishing = createPublishing({ store, log, key: readOrMakeSeed(join(folder, "publishing.key")) });
 * publishing.start();
 * ```
 */
export function createPublishing({
  store,
  log,
  key,
  withhold,
  now = () => Math.floor(Date.now() / 1000),
  at = () => {},
  warn = () => {},
}: PublishingOptions): Publishing {
  const signer = createSigner(key);
  const { basis } = store;
  const licences = new Map<string, string>();
  const licenceOf = (source: string) => {
    if (!licences.has(source)) licences.set(source, basis.source(source)?.source.licence.id ?? "unknown");
    return licences.get(source)!;
  };

  /** Makes documents of some records that have none; returns whether there were any. */
  const makeDocuments = (): boolean => {
    const waiting = basis.waiting(SLICE);
    if (waiting.length === 0) return false;
    const issued = formatInstant(now());
    const made = new Map<number, { publication: Uint8Array; document: Uint8Array }>();
    for (const { id, sha256, source, version, retrievedAt, predecessor, follows } of waiting) {
      const before = predecessor ?? (follows === null ? undefined : made.get(follows)?.publication);
      const document = utf8(
        signer.sign({
          "@context": "urn:freehold:publication:1",
          author: log.origin,
          body: { licence: licenceOf(source), retrievedAt, sha256: toHex(sha256), source, version: version.slice(0, 100) },
          issued,
          ...(before && { predecessor: toHex(before) }),
          type: "practice",
        }),
      );
      made.set(id, { publication: createHash("sha256").update(document).digest(), document });
    }
    store.transaction(() => {
      // A command may have withheld one in between: then its hash is not published.
      for (const [id, { publication, document }] of made) if (basis.isThere(id)) basis.setDocument(id, publication, document);
      at("documents:before-commit");
    }, PATIENCE);
    at("documents:after-commit");
    return true;
  };

  /** Gives some documents to the log; returns whether there were any. */
  const submitDocuments = async (): Promise<boolean> => {
    const waiting = basis.waitingDocuments(SLICE);
    if (waiting.length === 0) return false;
    const logged = await log.publishDocuments(waiting.map(({ document }) => document));
    at("log:sequenced");
    store.transaction(() => {
      for (const [i, { of, id }] of waiting.entries()) basis.setIndex(of, id, logged[i]!.index);
      store.derived.touch();
      at("marks:before-commit");
    }, PATIENCE);
    at("marks:after-commit");
    return true;
  };

  /** A log that was restored from a backup may lack the last documents: they are submitted again. */
  const compare = () => {
    const lost: { of: "record" | "decision"; id: number }[] = [];
    for (const { of, id, publication, index } of basis.logged()) {
      if (log.findPublication(publication) === index) break;
      lost.push({ of, id });
    }
    if (lost.length > 0) store.transaction(() => lost.forEach(({ of, id }) => basis.setIndex(of, id, null)), PATIENCE);
  };

  const withholdDocuments = () => {
    if (withhold === undefined) return;
    const asked = basis.withholdings();
    for (const { document, reason } of asked) withhold(document, reason);
    if (asked.length > 0) store.transaction(() => asked.forEach(({ document }) => basis.setWithheld(document)), PATIENCE);
  };

  let compared = false;
  let closed = false;
  const publishAll = async () => {
    if (!compared) compare();
    compared = true;
    while (!closed && (makeDocuments() || (await submitDocuments()))) {
      await submitDocuments();
      await breathe();
    }
    withholdDocuments(); // last: it may be one of these
  };
  let running: Promise<void> | null = null;
  const publish = (): Promise<void> => (running ??= publishAll().finally(() => (running = null)));
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  const look = () => {
    if (running !== null || (compared && !basis.isWaiting())) return;
    publish().then(
      () => (failing = false),
      (error: unknown) => {
        if (!failing) warn("the map's records could not be published; they will be", error);
        failing = true;
      },
    );
  };

  return {
    jwk: signer.jwk,
    publish,
    start() {
      look();
      timer ??= setInterval(look, LOOK);
      timer.unref();
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await running?.catch(() => {}); // it was told, and is tried again at the next start
    },
  };
}
