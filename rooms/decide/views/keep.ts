/**
 * What a person's browser keeps: her book, what it has read of the log, and the closed forms of her key. In IndexedDB, one record for each, so
 * that several tabs see the same; whoever changes it holds a lock, and tells the others.
 */
import type { Passkey } from "@freehold/person/passkeys";
import type { PassphraseWrap } from "@freehold/person/passphrase";
import type { LogState } from "@freehold/person/log-reader";
import type { Book } from "@freehold/person/schema";
import { FreeholdError } from "@freehold/protocol/errors";

/** How her key can be opened here. The key itself is never stored, but that of a demonstration, for as long as the tab is open. */
export interface Keys {
  passkeys: Passkey[];
  passphrase?: PassphraseWrap;
  demonstration?: true;
  /** The day on which she said that she has the recovery kit. */
  kit?: string;
}

/** Where she lives: which law she can call upon. */
export interface Home {
  country: string;
  /** Of the United States, two letters. */
  state?: string;
}

export interface Kept {
  keys: Keys;
  book: Book;
  log?: LogState;
  home?: Home;
}

const NAME = "freehold";
const STORE = "kept";
const MEMBERS = ["keys", "book", "log", "home"] as const;

/** What is kept here; undefined where nobody has signed anything yet. */
export async function readKept(): Promise<Kept | undefined> {
  const found = await inStore("readonly", (store) => MEMBERS.map((member) => store.get(member)));
  const kept = Object.fromEntries(MEMBERS.flatMap((member, i) => (found[i] === undefined ? [] : [[member, found[i]]]))) as Partial<Kept>;
  return kept.keys === undefined || kept.book === undefined ? undefined : (kept as Kept);
}

/** Stores these members, durably and all at once, and tells the other tabs. */
export async function writeKept(part: Partial<Kept>): Promise<void> {
  await inStore("readwrite", (store) => Object.entries(part).map(([member, value]) => store.put(value, member)));
  channel()?.postMessage("changed");
}

/** Where she lives, also before she has a key. */
export async function readHome(): Promise<Home | undefined> {
  const [home] = await inStore("readonly", (store) => [store.get("home")]);
  return home as Home | undefined;
}

/** Removes all of it from this browser. What is in the log stays there, and says nothing. */
export async function eraseKept(): Promise<void> {
  await inStore("readwrite", (store) => [store.clear()]);
  channel()?.postMessage("changed");
}

/** Works while no other tab does: whoever changes the book reads it anew in here, and two tabs never use the same counter. */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? (navigator.locks.request(NAME, () => work()) as Promise<T>) : work();
}

/** Calls when another tab has changed what is kept. Returns what ends it. */
export function onChanged(call: () => void): () => void {
  const listening = channel();
  listening?.addEventListener("message", call);
  return () => listening?.removeEventListener("message", call);
}

let shared: BroadcastChannel | undefined;
function channel(): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === "undefined") return undefined;
  return (shared ??= new BroadcastChannel(NAME));
}

let opening: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(refused(request.error)));
    request.addEventListener("blocked", () => reject(refused(null)));
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

async function inStore(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest[]): Promise<unknown[]> {
  const db = await database();
  return new Promise((resolve, reject) => {
    // Strict: an entry in the log whose opening is lost proves nothing any more.
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const requests = ask(transaction.objectStore(STORE));
    transaction.addEventListener("complete", () => resolve(requests.map(({ result }) => result as unknown)));
    transaction.addEventListener("abort", () => reject(refused(transaction.error)));
  });
}

function refused(cause: unknown): FreeholdError {
  return new FreeholdError("unavailable", "This browser does not let the page keep anything: allow it storage for this site, or leave the private window.", {
    cause,
  });
}
