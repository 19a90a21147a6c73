/** Companies with a desk on SQLite and people with their own client, at a register that really runs: all by HTTP, each as it would be installed. */
import { serve } from "@hono/node-server";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { toHex } from "@freehold/protocol/bytes";
import { formatProof } from "@freehold/protocol/proof";
import { formatReceipt, parseReceipt } from "@freehold/protocol/receipt";
import type { VerifiedReceipt } from "@freehold/protocol/receipt";
import type { Process } from "@freehold/protocol/record";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { newSeed } from "@freehold/protocol/keys";
import { openBook, seeLog } from "@freehold/person/book";
import { findCompany } from "@freehold/person/company";
import { acceptAnswer, deliver } from "@freehold/person/deliver";
import type { Delivered } from "@freehold/person/deliver";
import type { Fetch } from "@freehold/person/http";
import { readLog, unreadLog } from "@freehold/person/log-reader";
import type { LogState } from "@freehold/person/log-reader";
import { prepare } from "@freehold/person/prepare";
import { makeReceipt, secretOf } from "@freehold/person/receipts";
import { learnRegister } from "@freehold/person/register";
import type { Book, Draft, Item } from "@freehold/person/schema";
import { sign } from "@freehold/person/sign";
import { takeSnapshot } from "@freehold/person/snapshot";
import { submit } from "@freehold/person/submit";
import type { Source } from "@freehold/person/tiles";
import type { ChainSetting } from "@freehold/sdk/chain";
import { createDesk } from "@freehold/sdk/desk";
import type { Desk } from "@freehold/sdk/desk";
import { createEndpoints } from "@freehold/sdk/middleware-fetch";
import { makeClaim, publishClaim } from "@freehold/sdk/publish";
import { openReception } from "@freehold/sdk/reception";
import type { Reception } from "@freehold/sdk/reception";
import { createMemoryStore } from "@freehold/sdk/store-memory";
import { openSqliteStore } from "@freehold/sdk/store-sqlite";

/** What a company asks for, and what it would then do. */
const newsletter: Process = {
  data: ["pd:EmailAddress"],
  ground: "eu-gdpr:A6-1-a",
  processing: ["dpv:Use"],
  purposes: ["dpv:DirectMarketing"],
  retention: "P12M",
};
export const use = { purpose: "dpv:DirectMarketing", data: "pd:EmailAddress", processing: "dpv:Use" };
/** The same day for everybody: what she chooses herself is content too. */
const UNTIL = "2035-01-01T00:00:00Z";

export interface Company {
  id: string;
  name: string;
  /** Its desk's file. */
  file: string;
  /** A private key of P-256. */
  mailbox: Uint8Array;
  readonly desk: Desk;
  readonly reception: Reception;
  /** An offer for somebody with an account, and the reference by which her key is bound to it. */
  ask(subject: string): Promise<{ offer: string; reference: string }>;
  /** What the desk answers for the newsletter: `allowed`, or why not. */
  says(subject: string): string;
  /** Ends its process, as far as anybody else can tell; {@link start} opens it again on the same file. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface CompanyOptions {
  register: string;
  folder: string;
  name: string;
  rpc?: ChainSetting;
  /** It has no endpoint of its own, but a mailbox. */
  mailboxOnly?: boolean;
}

/** A private key of P-256. */
export function newKey(): Uint8Array {
  const key = new Uint8Array(randomBytes(32));
  key[0]! &= 0x7f; // below the order
  return key;
}

export async function openCompany({ register, folder, name, rpc, mailboxOnly = false }: CompanyOptions): Promise<Company> {
  const file = join(folder, `${encodeURIComponent(name)}.sqlite`);
  const keys = { signing: newKey(), accounts: newKey() };
  const mailbox = newKey();
  const { policy } = await learnRegister(register, fetch);
  let handle: (request: Request) => Promise<Response | null> = async () => null;
  const listen = async (port: number) => {
    const server = serve({ fetch: async (request) => (await handle(request)) ?? new Response(null, { status: 404 }), port, hostname: "localhost" });
    await new Promise((resolve) => server.once("listening", resolve));
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const id = `http://localhost:${port}`;
  const at = { deliver: `${id}/freehold/records`, withdraw: `${id}/freehold/withdraw` };
  const claim = makeClaim({ controller: id, name, keys: [keys.signing], mailbox, ...(!mailboxOnly && at), issued: Math.floor(Date.now() / 1000) });
  const open = async () => {
    const desk = await createDesk({ store: openSqliteStore(file), keys, policy, register, controller: id, poll: 100, ...(rpc && { rpc }) });
    const reception = await openReception(desk, { name, claim, retry: 50 });
    handle = createEndpoints(reception, { patience: 2000 });
    return { desk, reception };
  };
  const made: Company = {
    id,
    name,
    file,
    mailbox,
    ...(await open()),
    async ask(subject) {
      const asked = { processes: [newsletter], notice: "ab".repeat(32), language: "en", subject, returnTo: `${id}/welcome` };
      const { offer, link } = await made.reception.offer(asked);
      return { offer, reference: new URLSearchParams(new URL(link).hash.slice(1)).get("reference")! };
    },
    says(subject) {
      const answer = made.desk.check({ subject, ...use });
      return answer.allowed ? "allowed" : answer.reason;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await made.reception.close();
      await made.desk.close();
    },
    async start() {
      Object.assign(made, await open());
      server = await listen(port);
    },
  };
  await publishClaim({ register, controller: id });
  return made;
}

/** A desk of the company's that has lost its memory, by whatever accident. */
export async function openForgetful({ desk: { parts }, reception: { claim }, name }: Company) {
  const { keys, policy, register, controller } = parts;
  const desk = await createDesk({ store: createMemoryStore(), keys, policy, register, controller, poll: null });
  const reception = await openReception(desk, { name, claim });
  return {
    desk,
    take: async (receipt: string, subject: string) =>
      reception.receive(`{"@context":"urn:freehold:delivery:1","receipt":${receipt},"reference":"${await reception.reference({ subject })}"}`),
    async close() {
      await reception.close();
      await desk.close();
    },
  };
}

export interface Person {
  readonly seed: Uint8Array;
  book: Book;
  log: LogState;
  readonly source: Source;
  /** Reads the log, and what it says of her decisions. */
  look(): Promise<void>;
  /** Signs; nothing is submitted. */
  sign(drafts: readonly Draft[]): Promise<Item[]>;
  /** Signs, submits and waits until all is published. */
  decide(drafts: readonly Draft[]): Promise<Item[]>;
  /** Her item as the book has it now. */
  item(of: Pick<Item, "id">): Item;
  /** Delivers with a receipt; what the company answers is verified and kept. */
  bring(item: Item, company: Pick<Company, "id">, reference?: string): Promise<Delivered>;
  receipt(item: Item): Promise<{ text: string; verified: VerifiedReceipt }>;
  secret(item: Item): Uint8Array;
}

const now = () => Date.now() / 1000;

/** Somebody with a seed and an installation of her own. */
export async function meet(
  register: string,
  { seed = newSeed(), fetch: ask = fetch as Fetch, book: kept }: { seed?: Uint8Array; fetch?: Fetch; book?: Book } = {},
): Promise<Person> {
  const info = await learnRegister(register, ask);
  const source: Source = { url: info.url, policy: parseTrustPolicy(info.policy), fetch: ask };
  const known = new Map<string, Awaited<ReturnType<typeof findCompany>>>();
  const companyAt = async (controller: string) => {
    const found = known.get(controller) ?? (await findCompany({ controller, log: person.log, fetch: ask }));
    known.set(controller, found);
    return found;
  };
  const person: Person = {
    seed,
    source,
    book: kept ?? openBook(info),
    log: unreadLog(info.origin),
    async look() {
      person.log = await readLog({ ...source, state: person.log, book: person.book, seed });
      person.book = seeLog(person.book, person.log, now());
    },
    async sign(drafts) {
      await person.look();
      const claims = new Map<string, Item["claims"]>();
      for (const { offer, controller } of drafts) if (offer !== undefined) claims.set(controller.id, (await companyAt(controller.id)).documents);
      const prepared = prepare({ book: person.book, log: person.log, seed, drafts, now: now() });
      const also = ({ draft }: { draft: Draft }): Partial<Item> => (claims.has(draft.controller.id) ? { claims: claims.get(draft.controller.id)! } : {});
      const signed = await sign({ seed, book: person.book, prepared, gesture: async () => null, now: now(), also });
      person.book = signed.book;
      return signed.items;
    },
    async decide(drafts) {
      const items = await person.sign(drafts);
      Object.assign(person, await submit({ ...source, book: person.book, log: person.log, seed, now, poll: 20 }));
      return items.map((item) => person.item(item));
    },
    item: ({ id }) => person.book.items.find((one) => one.id === id)!,
    async bring(item, { id }, reference) {
      const company = await companyAt(id);
      const { text } = await person.receipt(item);
      const brought = await deliver({
        item,
        receipt: text,
        company,
        fetch: ask,
        now: now(),
        register: { url: info.url },
        ...(reference !== undefined && { reference }),
      });
      if (brought.answer === undefined) return brought;
      const answered = await acceptAnswer({ item, answer: brought.answer, company, snapshot: await takeSnapshot(source), policy: source.policy, now: now() });
      person.book = { ...person.book, items: person.book.items.map((one) => (one.id === answered.id ? answered : one)) };
      return brought;
    },
    receipt: async (item) => makeReceipt({ item, snapshot: await takeSnapshot(source), policy: source.policy, now: now() }),
    secret: (item) => secretOf(item, seed),
  };
  await person.look();
  return person;
}

export const granting = (company: Pick<Company, "id" | "name">, offer: string): Draft => ({
  act: "dpv:ConsentGiven",
  controller: { id: company.id, name: company.name },
  processes: [newsletter],
  offer,
  expires: UNTIL,
});
export const refusing = (company: Pick<Company, "id" | "name">): Draft => ({
  act: "dpv:ConsentRefused",
  controller: { id: company.id, name: company.name },
  processes: [{ purposes: newsletter.purposes! }],
});

/** The receipt of an item over another entry, unverified: it is for whoever is to refuse it. `source` is the register that holds the entry. */
export async function receiptOver(
  person: Person,
  item: Item,
  { entry, opening, index, source = person.source }: { entry: Uint8Array; opening: string; index: number; source?: Source },
): Promise<string> {
  const own = await takeSnapshot(person.source);
  const { text } = await makeReceipt({ item, snapshot: own, policy: person.source.policy, now: now() });
  const snapshot = source === person.source ? own : await takeSnapshot(source);
  const proof = formatProof({ index, hashes: await snapshot.inclusion(index), checkpoint: snapshot.note });
  return formatReceipt({ ...parseReceipt(text), entry: toHex(entry), opening, proof, status: await snapshot.status(index) });
}
