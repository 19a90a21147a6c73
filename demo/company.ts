/** The shop as a company at a register: this file is all that @freehold/sdk asks of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeClaim } from "@freehold/protocol/publication";
import { createDesk } from "@freehold/sdk/desk";
import { createMailboxReader } from "@freehold/sdk/mailbox-reader";
import { makeClaim, makeNotice, publishClaim, publishNotice } from "@freehold/sdk/publish";
import type { Publishing } from "@freehold/sdk/publish";
import { openReception } from "@freehold/sdk/reception";
import type { Reception } from "@freehold/sdk/reception";
import { openSqliteStore } from "@freehold/sdk/store-sqlite";
import type { Folder } from "./folder.ts";

export const NAME = "Kettle & Leaf (demonstration)";

const NOTICE = `Kettle & Leaf is an invented shop of this demonstration. It sells nothing.
It asks for three things, and does each of them only while you allow it: a newsletter to your e-mail address; teas recommended by what you bought; your e-mail address
given to AdCo SAS (invented too) for advertisements on other sites. Kept for twelve months at most (AdCo: three), in Ireland. You can withdraw at any time, as easily as
you allowed it, here or at your register; what you buy costs the same.
To send you what you ordered it uses your name and address, because of the contract with you: that needs no consent, and ends with the order.`;

export interface Company {
  reception: Reception;
  /** The trust policy as the shop read it once. */
  policy: string;
  /** Where claim and notice stand in the log; null until the register has published them. */
  joined: { claim: Publishing; notice: Publishing } | null;
  /** Resolves when they are published. */
  whenJoined: Promise<{ claim: Publishing; notice: Publishing }>;
  close(): Promise<void>;
}

export interface CompanyOptions {
  folder: Folder;
  /** The register's address, without a slash at its end. */
  register: string;
  /** The shop's own address: its id as a controller. */
  url: string;
  log: (message: string) => void;
  /** Milliseconds between two looks at the register. */
  poll: number;
  signal: AbortSignal;
}

/** Opens the shop's desk. Waits for the register where this is the first start, because whom to believe is read there once, and kept. */
export async function openCompany({ folder, register, url, log, poll, signal }: CompanyOptions): Promise<Company> {
  const { keys } = folder;
  const policy = await again(() => folder.keep("policy.json", () => readPolicy(register)), log, signal);
  const issued = Math.floor(Date.now() / 1000);
  const claim = await folder.keep("claim.jws", () =>
    makeClaim({
      controller: url,
      name: NAME,
      keys: [keys.signing],
      mailbox: keys.mailbox,
      deliver: `${url}/freehold/records`,
      withdraw: `${url}/freehold/withdraw`,
      contact: `${url}/staff`,
      issued,
    }),
  );
  const { author } = decodeClaim(claim).claim;
  if (author !== url)
    throw new FreeholdError("claim_mismatch", `This folder is that of the shop at ${author}, and not at ${url}: use the same port, or another folder.`);
  const notice = await folder.keep("notice.jws", () =>
    makeNotice({
      controller: url,
      signing: keys.signing,
      language: "en",
      title: "What Kettle & Leaf does with your data",
      text: NOTICE,
      url: `${url}/notice`,
      issued,
    }),
  );
  const desk = await createDesk({ store: openSqliteStore(folder.path("desk.sqlite")), keys, policy, register, controller: url, log, poll });
  const reception = await openReception(desk, { name: NAME, claim, retry: poll });
  const mailbox = createMailboxReader(reception, keys.mailbox);

  // The register reads the claim at the shop's own address, so whoever calls this must answer there already.
  const join = async () => {
    const published = { claim: await publishClaim({ register, controller: url }), notice: await publishNotice({ register, notice }) };
    company.joined = published;
    log(`joined ${register}: claim at entry ${published.claim.index}, notice at entry ${published.notice.index}`);
    mailbox.start(5 * poll);
    return published;
  };
  const company: Company = {
    reception,
    policy,
    joined: null,
    whenJoined: again(join, log, signal),
    async close() {
      mailbox.close();
      await reception.close();
      await desk.close();
    },
  };
  company.whenJoined.catch(() => {}); // told to the log; whoever waits for it gets it too
  return company;
}

/** Tries until it works, or the shop ends. */
async function again<T>(work: () => Promise<T>, log: (message: string) => void, signal: AbortSignal): Promise<T> {
  for (let told = ""; ;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      if (error.message !== told) log(`waiting for the register: ${error.message}`);
      told = error.message;
      await sleep(1000, undefined, { signal });
    }
  }
}

async function readPolicy(register: string): Promise<string> {
  try {
    const answer = await fetch(`${register}/.well-known/freehold.json`, { signal: AbortSignal.timeout(10_000) });
    const { policy } = (await answer.json()) as { policy?: unknown };
    if (typeof policy === "string") return policy;
  } catch {
    // said below
  }
  throw new FreeholdError("unavailable", `${register} does not answer as a register.`);
}
