/** What companies have published, as the log has it: claims and notices, in their chains. Everything here can be read from the log again. */
import { setImmediate as breathe } from "node:timers/promises";
import { fromHex, fromUtf8, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import { decodePublication } from "@freehold/protocol/publication";
import type { Claim, Publication as Document } from "@freehold/protocol/publication";
import { TILE_WIDTH, decodeBundle } from "@freehold/protocol/tile";
import type { Log } from "../../ledger/log.ts";
import type { Store } from "../../ledger/store.ts";
import { chainsOf } from "./rules.ts";
import type { Chain } from "./rules.ts";
import type { CompaniesStore, Publication } from "./store.ts";

export interface PublicationsOptions {
  store: CompaniesStore;
  log: Pick<Log, "published" | "tile" | "publishDocument" | "findPublication">;
  /** The documents of the ledger. */
  documents: Pick<Store, "document">;
}

export interface Publications {
  /** Reads what the log has that was not read yet: at the start, after a restored backup, and what others have published. */
  catchUp(): Promise<void>;
  chains(author: string, type: Publication["type"]): Chain[];
  /** The claim that stands, and its place; undefined where there is none, or it is withheld. */
  standing(author: string): { claim: Claim; sha256: string; index: number } | undefined;
  /** The text of a document; undefined where it is not there, or withheld. */
  text(sha256: string): string | undefined;
  /** What a document says; undefined likewise. */
  read(sha256: string): Document | undefined;
  find(sha256: string): Publication | undefined;
  authors(): string[];
  /** Publishes a document that was verified; resolves when it is durable in the log. */
  publish(document: string): Promise<Publication>;
}

const PUBLICATION = 3;
/** Bundles that are read before others are served. */
const SLICE = 64;
/** Entries after which it is noted durably how far the log was read, where nothing was found. */
const NOTED = 16_384;
/** Documents that are kept decoded. */
const MEMORY = 2000;

/**
 * @example
 * ```ts
 * const publications = openPublications({ store, log, documents: ledger });
 * await publications.catchUp();
 * publications.standing("https://shop.example")?.claim.body.keys;
 * ```
 */
export function openPublications({ store, log, documents }: PublicationsOptions): Publications {
  const decoded = new Map<string, Document>();
  const text = (sha256: string): string | undefined => {
    const found = documents.document(fromHex(sha256));
    return found === undefined || found.withheld !== null ? undefined : fromUtf8(found.bytes);
  };
  const read = (sha256: string): Document | undefined => {
    const source = text(sha256); // first: it may have been withheld since
    if (source === undefined) return undefined;
    const known = decoded.get(sha256) ?? decodePublication(source).publication;
    if (decoded.size >= MEMORY) decoded.clear();
    decoded.set(sha256, known);
    return known;
  };
  const rowOf = (sha256: string, index: number): Publication | undefined => {
    try {
      const document = read(sha256);
      if (document === undefined || (document.type !== "claim" && document.type !== "notice")) return undefined;
      return { sha256, author: document.author, type: document.type, predecessor: document.predecessor ?? null, issued: document.issued, index };
    } catch (error) {
      if (error instanceof FreeholdError) return undefined; // a document of another kind: nothing that a company signed
      throw error;
    }
  };

  // A ledger that was restored from an older backup lacks what was listed last: then all is read again.
  const newest = store.newestPublication();
  if (newest !== undefined && log.findPublication(fromHex(newest.sha256)) !== newest.index) store.forgetPublications();
  let noted = store.scanned();
  let from = noted;
  const readLog = async () => {
    for (;;) {
      const size = log.published?.size ?? 0;
      if (from >= size) return;
      const found: Publication[] = [];
      let at = from;
      for (let bundles = 0; bundles < SLICE && at < size; bundles++) {
        const index = Math.floor(at / TILE_WIDTH);
        const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
        const bundle = log.tile({ level: "entries", index, width });
        if (bundle === undefined) return;
        for (const [i, entry] of decodeBundle(bundle, width).entries()) {
          const place = index * TILE_WIDTH + i;
          if (place < at || entry[1] !== PUBLICATION) continue;
          const row = rowOf(toHex(entry.subarray(2)), place);
          if (row !== undefined) found.push(row);
        }
        at = index * TILE_WIDTH + width;
      }
      if (found.length > 0 || at - noted >= NOTED) {
        store.addPublications(found, at);
        noted = at;
      }
      from = at;
      await breathe();
    }
  };
  let reading: Promise<void> | undefined;

  const chains = (author: string, type: Publication["type"]) => chainsOf(store.publicationsOf(author, type));
  return {
    catchUp: () => (reading ??= readLog().finally(() => (reading = undefined))),
    chains,
    standing(author) {
      const newest = chains(author, "claim")[0]?.links.at(-1);
      const claim = newest && read(newest.sha256);
      return newest && claim && { claim: claim as Claim, sha256: newest.sha256, index: newest.index };
    },
    text,
    read,
    find: (sha256) => store.publication(sha256),
    authors: () => store.authors(),
    async publish(document) {
      const { index } = await log.publishDocument(utf8(document));
      const row = rowOf(hashOf(document), index)!;
      store.addPublications([row]);
      return row;
    },
  };
}
