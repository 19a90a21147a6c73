/** The pages of the log: what each one needs, gathered from it. */
import { Hono } from "hono";
import { toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { isEnded } from "@freehold/protocol/status";
import type { Anchoring } from "../ledger/anchoring.ts";
import { EMBEDDED_CHAIN_ID } from "../ledger/embedded-chain.ts";
import type { Log } from "../ledger/log.ts";
import type { Store } from "../ledger/store.ts";
import type { Anchors, CoveringAnchor, EntryPage, ListedEntry, LockRecords, Pages } from "../ledger/views/props.ts";
import { readQuery } from "../ledger/views/query.ts";
import { statusProofOf } from "./api.ts";
import type { Problem } from "./errors.ts";

/** Entries on one page of the list. */
const LISTED = 20;
/** Records of a lock that are listed. */
const RECORDS = 64;
/** Newest anchors that are looked at, and how many of each chain are listed: a busy chain does not hide the others. */
const ANCHORS = 100;
const ANCHORS_OF_CHAIN = 5;

export interface PageParts {
  log: Log;
  store: Store;
  anchoring: Anchoring;
  pages: Pages;
  policy: string;
  /** The public address, known once the server listens. */
  siteUrl: () => string;
}

export function createPages({ log, store, anchoring, pages, policy, siteUrl }: PageParts): Hono {
  const routes = new Hono();
  const site = () => ({ origin: log.origin, url: siteUrl() });

  routes.get("/log", async (c) => {
    const typed = c.req.query("q");
    if (typed !== undefined) {
      const found = await search(log, typed);
      if (typeof found === "number") return c.redirect(`/log/${found}`, 303);
      return c.html(pages.renderSearch({ site: site(), query: typed, result: found }), found.kind === "lock" ? 200 : 404);
    }
    const { published } = log;
    const size = published?.size ?? 0;
    const asked = Number(c.req.query("before") ?? Number.NaN);
    const before = Number.isSafeInteger(asked) && asked > 0 && asked < size ? asked : undefined;
    const from = before ?? size;
    const entries: ListedEntry[] = [];
    for (let index = from - 1; index >= Math.max(0, from - LISTED); index--) entries.push(listed(log, index));
    const page = {
      site: site(),
      published,
      waiting: log.size - size + log.waiting,
      policy,
      witnesses: log.witnesses(),
      anchors: anchorsOf(anchoring),
      entries,
    };
    return c.html(pages.renderLog(before === undefined ? page : { ...page, before }));
  });

  routes.get("/log/:index{[0-9]+}", async (c) => {
    const index = Number(c.req.param("index"));
    const proof = await log.proof(index);
    const entry = log.entry(index)!;
    const anchor = await anchorOver(anchoring, index);
    return c.html(
      pages.renderEntry({
        site: site(),
        published: log.published!,
        index,
        entry,
        proof,
        ...(await particulars(log, store, index, entry)),
        anchor,
        policy,
        witnesses: log.witnesses(),
      }),
    );
  });

  return routes;
}

/** A problem as a page, for those who asked for one. */
export function problemPage({ log, pages, siteUrl }: Pick<PageParts, "log" | "pages" | "siteUrl">, { status, title, detail, code }: Problem): string {
  return pages.renderProblem({ site: { origin: log.origin, url: siteUrl() }, status, title, detail, code });
}

function listed(log: Log, index: number): ListedEntry {
  const entry = log.entry(index)!;
  return {
    index,
    entry,
    ended: decodeEntry(entry).kind === "record" && index < log.published!.size - 1 && isEnded(log.published!.bits, log.published!.size - 1, index),
  };
}

/** What there is to say of an entry besides its proof, by its kind. */
async function particulars(log: Log, store: Store, index: number, bytes: Uint8Array): Promise<Pick<EntryPage, "status" | "lock" | "document">> {
  const entry = decodeEntry(bytes);
  const nothing = { status: null, lock: null, document: null };
  switch (entry.kind) {
    case "record":
      return { ...nothing, status: index < log.published!.size - 1 ? await statusProofOf(log, index) : null, lock: lockRecords(log, entry.lock) };
    case "withdrawal":
      return { ...nothing, lock: lockRecords(log, lockOf(entry.secret)) };
    case "publication": {
      const document = store.document(entry.hash);
      if (document === undefined) return nothing;
      return { ...nothing, document: document.withheld === null ? { bytes: document.bytes } : { withheld: document.withheld } };
    }
    case "status":
      return nothing;
  }
}

function anchorsOf(anchoring: Anchoring): Anchors | null {
  const chains = anchoring.chains().map(({ trouble, ...chain }) => ({ ...chain, trouble: trouble !== null }));
  if (chains.length === 0) return null;
  const byChain = new Map<number, number>();
  const list = anchoring
    .anchors(ANCHORS)
    .filter(({ chainId }) => {
      const count = (byChain.get(chainId) ?? 0) + 1;
      byChain.set(chainId, count);
      return count <= ANCHORS_OF_CHAIN;
    })
    .map((anchor) => ({ ...anchor, independent: isIndependent(anchoring, anchor.chainId) }));
  return { chains, list };
}

/** Undefined where there is no chain, null where no anchor covers the entry yet. */
async function anchorOver(anchoring: Anchoring, index: number): Promise<CoveringAnchor | null | undefined> {
  if (anchoring.chains().length === 0) return undefined;
  try {
    const { chainId, block, size, root } = await anchoring.anchorOf(index);
    return { chainId, block, size, root, independent: isIndependent(anchoring, chainId) };
  } catch (error) {
    if (error instanceof FreeholdError && error.code === "anchor_unknown") return null;
    throw error;
  }
}

/** Also of a chain that is followed no longer. */
function isIndependent(anchoring: Anchoring, chainId: number): boolean {
  return anchoring.chains().find((chain) => chain.chainId === chainId)?.independent ?? chainId !== EMBEDDED_CHAIN_ID;
}

/** What the published log says of a lock. */
function lockRecords(log: Log, lock: Uint8Array): LockRecords {
  const size = log.published?.size ?? 0;
  const { records, withdrawal } = log.lock(lock);
  const there = records.filter((index) => index < size);
  return { records: there.slice(0, RECORDS), count: there.length, withdrawal: withdrawal !== null && withdrawal < size ? withdrawal : null };
}

/** The entry that a reader looks for, or what to tell her. */
async function search(log: Log, typed: string) {
  const size = log.published?.size ?? 0;
  const query = readQuery(typed);
  if (query.kind === "index") return query.index < size ? query.index : { kind: "nothing" as const, size };
  if (query.kind !== "hash") return { kind: query.kind };
  const records = lockRecords(log, query.hash);
  if (records.count > 0) return { kind: "lock" as const, lock: toHex(query.hash), ...records };
  const publication = log.findPublication(query.hash);
  if (publication >= 0 && publication < size) return publication;
  const leaf = await log.findLeaf(query.hash);
  return leaf >= 0 ? leaf : { kind: "nothing" as const, size };
}
