/** A shop with a desk and its reception, at a register in memory, and people with the client that they really use: for tests of the whole sitting. */
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { proveStatus } from "@freehold/protocol/status";
import { decodeBundle } from "@freehold/protocol/tile";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { Process } from "@freehold/protocol/record";
import { openBook } from "../person/src/book.ts";
import { findCompany } from "../person/src/company.ts";
import type { Company } from "../person/src/company.ts";
import { deliver } from "../person/src/deliver.ts";
import type { Delivering } from "../person/src/deliver.ts";
import { readLog, unreadLog } from "../person/src/log-reader.ts";
import type { LogState } from "../person/src/log-reader.ts";
import { prepare } from "../person/src/prepare.ts";
import { makeReceipt, secretOf, withoutCode } from "../person/src/receipts.ts";
import type { Book, Draft, Item } from "../person/src/schema.ts";
import { sign } from "../person/src/sign.ts";
import { takeSnapshot } from "../person/src/snapshot.ts";
import { submit } from "../person/src/submit.ts";
import { bytesOf } from "../protocol/testkit/register.ts";
import { createSite } from "../protocol/testkit/site.ts";
import type { Site } from "../protocol/testkit/site.ts";
import { START, advertising, claimOf, shop, shopKey } from "../protocol/testkit/story.ts";
import { createDesk } from "../sdk/src/desk.ts";
import type { Desk } from "../sdk/src/desk.ts";
import { createEndpoints } from "../sdk/src/middleware-fetch.ts";
import { openReception } from "../sdk/src/reception.ts";
import type { Reception, ReceptionOptions } from "../sdk/src/reception.ts";
import { createMemoryStore } from "../sdk/src/store-memory.ts";
import type { Store } from "../sdk/src/store.ts";

/** What the shop asks for, and what it wants to do. */
export const request = { purpose: "dpv:PersonalisedAdvertising", data: "pd:EmailAddress", processing: "dpv:Use" };
const notice = "ab".repeat(32);

export interface Shop {
  site: Site;
  /** Set to stop the register; requests to it fail. */
  down: { register: boolean; company: boolean };
  clock: { now: number };
  store: Store;
  desk: Desk;
  reception: Reception;
  logged: string[];
  offer(subject?: string, options?: { lost?: boolean; processes?: Process[] }): Promise<{ offer: string; reference: string | undefined }>;
  /** Ends desk and reception, and opens them again on the same store. */
  reopen(): Promise<void>;
}

export async function openShop(options: Partial<ReceptionOptions> & { store?: Store; claim?: string } = {}): Promise<Shop> {
  const { store = createMemoryStore(), claim = claimOf(), ...rest } = options;
  const site = createSite();
  const down = { register: false, company: false };
  // Little above the register's own, which goes on by one with each checkpoint.
  const clock = { now: START + 60 };
  site.fault = async (asked) => {
    const { origin, pathname } = new URL(asked.url);
    if (origin !== site.url) {
      if (down.company) throw new TypeError("fetch failed");
      return undefined;
    }
    if (down.register) throw new TypeError("fetch failed");
    if (pathname === "/log/status/0") return statusOf(site);
    if (pathname === "/v1/entries/batch") return batchAt(site, asked);
    return undefined;
  };
  site.publishDocument(claim);
  const logged: string[] = [];
  const open = async () => {
    const desk = await createDesk({
      store,
      keys: { signing: shopKey, accounts: bytesOf("accounts") },
      policy: site.register.policyText,
      register: site.url,
      controller: shop.id,
      clock: () => clock.now,
      fetch: site.fetch,
      poll: null,
      log: (message) => logged.push(message),
    });
    const reception = await openReception(desk, { name: shop.name, claim, retry: 1, ...rest });
    const endpoints = createEndpoints(reception, { patience: 1000 });
    site.hosts.set(shop.id, async (asked) => (await endpoints(asked)) ?? new Response(null, { status: 404 }));
    return { desk, reception };
  };
  const made: Shop = {
    site,
    down,
    clock,
    store,
    logged,
    ...(await open()),
    async offer(subject, { lost, processes = [advertising] } = {}) {
      const { offer, link } = await made.reception.offer({
        processes,
        notice,
        language: "en",
        returnTo: `${shop.id}/welcome`,
        ...(subject !== undefined && { subject }),
        ...(lost !== undefined && { lost }),
      });
      return { offer, reference: new URLSearchParams(new URL(link).hash.slice(1)).get("reference") ?? undefined };
    },
    async reopen() {
      await made.reception.close();
      Object.assign(made, await open());
    },
  };
  return made;
}

function statusOf(site: Site): Response {
  const { size, note } = site.publish();
  const { register } = site;
  const at = { note, size, root: new Uint8Array() };
  const status = proveStatus({ bits: register.fold.bits, size: size - 1, index: 0, inclusion: register.inclusion(size - 1, at) });
  return Response.json({ checkpoint: note, status });
}

async function batchAt(site: Site, asked: Request): Promise<Response> {
  const results = decodeBundle(new Uint8Array(await asked.arrayBuffer())).map((entry) => {
    const known = site.register.entries.findIndex((one) => toHex(one) === toHex(entry));
    try {
      return { index: known >= 0 ? known : site.register.append(entry.slice()) };
    } catch (error) {
      return { error: { code: error instanceof FreeholdError ? "lock_unknown" : "unavailable", detail: "It opens no lock of this log." } };
    }
  });
  return Response.json({ results, state: "published", checkpoint: site.publish().note });
}

export interface Person {
  book: Book;
  log: LogState;
  company: Company;
  /** Signs, and submits unless the register is to be left out. */
  decide(draft: Omit<Draft, "controller">, options?: { submit?: boolean }): Promise<Item>;
  receipt(item: Item): Promise<string>;
  bring(item: Item, also?: Partial<Delivering>): ReturnType<typeof deliver>;
  secret(item: Item): Uint8Array;
}

/** Somebody with a seed of her own, as her client begins. */
export async function meet({ site, clock }: Pick<Shop, "site" | "clock">, name: string): Promise<Person> {
  const seed = bytesOf(`seed of ${name}`);
  const policy = parseTrustPolicy(site.register.policyText);
  const source = { url: site.url, policy, fetch: site.fetch };
  let book = openBook({ url: site.url, origin: site.register.origin, vkey: "vkey", policy: site.register.policyText }, 7);
  let log = await readLog({ ...source, state: unreadLog(site.register.origin), book, seed });
  const company = await findCompany({ controller: shop.id, log, fetch: site.fetch });
  const person: Person = {
    book,
    log,
    company,
    async decide(draft, { submit: submits = true } = {}) {
      if (submits) log = await readLog({ ...source, state: log, book, seed });
      const prepared = prepare({ book, log, seed, drafts: [{ controller: shop, ...draft }], now: clock.now });
      const signed = await sign({ seed, book, prepared, gesture: async () => null, now: clock.now, also: () => ({ claims: company.documents }) });
      book = signed.book;
      if (submits) ({ book, log } = await submit({ ...source, book, log, seed, now: () => clock.now, poll: 1 }));
      Object.assign(person, { book, log });
      return book.items.find(({ id }) => id === signed.items[0]!.id)!;
    },
    receipt: async (item) => withoutCode((await makeReceipt({ item, snapshot: await takeSnapshot(source), policy, now: clock.now })).text),
    bring: async (item, also = {}) =>
      deliver({ item, receipt: item.index === undefined ? null : await person.receipt(item), company, fetch: site.fetch, now: clock.now, ...also }),
    secret: (item) => secretOf(item, seed),
  };
  return person;
}

/** The draft that grants an offer. */
export function granting(offer: string, processes: Process[] = [advertising]): Omit<Draft, "controller"> {
  return { act: "dpv:ConsentGiven", offer, processes, expires: new Date((START + 86_400 * 90) * 1000).toISOString().replace(".000Z", "Z") };
}
