/** A question in the address of a page: read, verified, answered with drafts, and the answers delivered. */
import { findCompany, verifyOffer } from "@freehold/person/company";
import type { Company } from "@freehold/person/company";
import { acceptAnswer, deliver } from "@freehold/person/deliver";
import { makeReceipt } from "@freehold/person/receipts";
import type { Draft, Item, SeenDeclaration } from "@freehold/person/schema";
import { takeSnapshot } from "@freehold/person/snapshot";
import { changeItem } from "@freehold/person/book";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeDocument } from "@freehold/protocol/offer";
import type { Offer } from "@freehold/protocol/offer";
import type { Process } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { paths } from "../../../ui/paths.ts";
import { t } from "../../../ui/text.ts";
import { changeKept, newPerson, refreshKept, sourceOf } from "./decide-flow.ts";
import type { Person } from "./decide-flow.ts";
import { browserFetch, clock } from "./decision-parts.tsx";
import { readKept } from "./keep.ts";
import type { Kept } from "./keep.ts";
import { seenOf } from "./sitting/choices.ts";
import { openOrganisations } from "./sitting/shards.ts";

export type Answer = "allow" | "refuse";

/** What was asked, verified, and who is to answer. */
export interface Asked {
  offerJws: string;
  offer: Offer;
  company: Company;
  reference: string | undefined;
  back: string | undefined;
  /** Kept here; or null for somebody new, with a key that is in memory alone. */
  kept: Kept | null;
  fresh: Omit<Person, "keys"> | null;
  /** What the map says of the company, to tell later what has changed; undefined where it does not know it, or does not answer. */
  seen: Promise<SeenDeclaration | undefined>;
}

/** Reads and verifies the question in the address. Throws what is wrong with it. */
export async function readQuestion(): Promise<Asked> {
  const fields = new URLSearchParams(location.hash.slice(1));
  const offerJws = fields.get("offer");
  if (offerJws === null)
    throw new FreeholdError("offer_malformed", t("The address holds no question. A company’s page leads here, with its question behind the sign #."));
  const { document } = decodeDocument("freehold-offer+jws", offerJws);
  const kept = (await readKept().catch(() => undefined)) ?? null;
  const newer = kept === null ? null : await refreshKept();
  const fresh = kept === null ? await newPerson() : null;
  const { log } = (newer ?? fresh)!;
  const company = await findCompany({ controller: document.controller.id, log: log!, fetch: browserFetch, document: documentOf });
  const offer = await verifyOffer(offerJws, { company, log: log!, now: clock() });
  const back = fields.get("return") ?? undefined;
  const isTheirs = back !== undefined && URL.canParse(back) && new URL(back).origin === offer.controller.id;
  return {
    offerJws,
    offer,
    company,
    reference: fields.get("reference") ?? undefined,
    back: isTheirs ? back : undefined,
    kept: newer ?? kept,
    fresh,
    seen: seenNow(offer.controller.id),
  };
}

async function seenNow(controller: string): Promise<SeenDeclaration | undefined> {
  try {
    const organisations = openOrganisations();
    const [id] = (await organisations.ofHost(new URL(controller).hostname))?.organisations ?? [];
    const [organisation] = id === undefined ? [] : await organisations.byId([id]);
    return organisation && seenOf({ organisation }, formatInstant(Math.floor(clock())));
  } catch {
    return undefined; // the answer does not depend on it
  }
}

/** Predecessors of a claim. Who asks for one tells the register which company it is about: only where a company has changed its keys. */
async function documentOf(hash: string): Promise<string | undefined> {
  const response = await browserFetch(paths.document(hash));
  return response.ok ? response.text() : undefined;
}

export function draftOf({ offer, offerJws }: Asked, process: Process, answer: Answer, until: string): Draft {
  const { controller } = offer;
  if (answer === "allow") return { act: "dpv:ConsentGiven", controller, processes: [process], offer: offerJws, expires: until };
  // With whichever data: the same question with other data would be the same question.
  return { act: "dpv:ConsentRefused", controller, processes: [{ purposes: process.purposes! }], offer: offerJws };
}

/** Each record to the company, and its answer verified. What fails stands in the item. */
export async function deliverAll(items: readonly Item[], { company, reference }: Asked, { book }: Person): Promise<Item[]> {
  const source = sourceOf(book);
  const done: Item[] = [];
  for (const item of items) {
    let next = item;
    try {
      const receipt = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy: source.policy, now: clock() });
      const { delivery, answer } = await deliver({
        item,
        receipt: receipt.text,
        company,
        fetch: browserFetch,
        now: clock(),
        register: { url: source.url },
        ...(reference !== undefined && /^[A-Za-z0-9_-]{1,200}$/.test(reference) && { reference }),
      });
      next = { ...item, deliveries: [...(item.deliveries ?? []), delivery] };
      if (answer !== undefined)
        next = await acceptAnswer({ item: next, answer, company, snapshot: await takeSnapshot(source), policy: source.policy, now: clock() });
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      // Signed and in the log all the same: delivering can be tried again from her decisions.
      const failed = { at: formatInstant(Math.floor(clock())), by: "endpoint" as const, to: company.claim.author, error: error.message };
      if (next === item) next = { ...item, deliveries: [...(item.deliveries ?? []), failed] };
    }
    done.push(next);
    await changeKept((kept) => changeItem(kept, item.id, () => next));
  }
  return done;
}
