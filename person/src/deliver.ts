/** Bringing a record to the company that it is about: to its endpoint, or sealed into its mailbox (spec/delivery.md). */
import { canonicalize } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import { hashOf } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { parseNote } from "@freehold/protocol/note";
import { parseReceipt } from "@freehold/protocol/receipt";
import { classOf } from "@freehold/protocol/record";
import { check, formatInstant } from "@freehold/protocol/shape";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { sealedShape } from "./book-file.ts";
import type { Company } from "./company.ts";
import { Refused, ask, expectStatus, membersOf, sleep } from "./http.ts";
import type { Fetch } from "./http.ts";
import { recordIn } from "./item.ts";
import { mailboxOf, sealFor, verifyDeposit } from "./mailbox.ts";
import { makeReceipt } from "./receipts.ts";
import type { Delivery, Item, Sealed } from "./schema.ts";
import type { Snapshot } from "./snapshot.ts";

/** An identifier that the recipient itself gave her browser. */
export interface Identifier {
  kind: "cookie" | "storage" | "advertising-id" | "account";
  name: string;
  value: string;
}

export interface Delivering {
  item: Item;
  /** The receipt, or null where the register is down: then the record goes without a proof, which a grant cannot. */
  receipt: string | null;
  company: Company;
  fetch: Fetch;
  /** Seconds since 1970. */
  now: number;
  /** The register whose mailbox takes it where the company has no endpoint, or it does not answer; and the key of its own claim. */
  register?: { url: string; key?: Jwk };
  reference?: string;
  /** Of this recipient alone. */
  identifiers?: readonly Identifier[];
  /** A `mailto:` address for answers. */
  reply?: string;
  /** Uses a claim that was found in the log alone, its host being silent: a register could have slipped in its key. */
  trustLog?: boolean;
  /** How often a company is asked again that has not published its answer yet. */
  attempts?: number;
  signal?: AbortSignal;
}

/** What came of it: how it was delivered, to be kept with the item; and the answer, which {@link acceptAnswer} verifies. */
export interface Delivered {
  delivery: Delivery;
  answer?: Answer;
}

export interface Answer {
  acknowledgement?: Sealed;
  binding?: Sealed;
  /** The size of the checkpoint under which the company proves them. */
  size: number;
}

const MAX_DELIVERY = 262_144;

/**
 * Delivers: to the endpoint of the company's claim first, to its mailbox where that fails. What it returns says which, with the proof: the hash of the
 * company's acknowledgement, or the register's deposit, which proves that it was left there and not that anybody read it.
 *
 * @throws `claim_mismatch` where the claim was not compared with the host and `trustLog` does not say so; `argument_invalid` for a grant
 *   without receipt; `too_large`. What goes wrong on the way is no exception: it stands in `delivery.error`.
 * @see spec/delivery.md
 * @example
 * ```ts
 * const { delivery, answer } = await deliver({ item, receipt: text, company, fetch, now, register: { url } });
 * ```
 */
export async function deliver(input: Delivering): Promise<Delivered> {
  const { company, register, now } = input;
  if (company.compared === "log" && input.trustLog !== true)
    throw new FreeholdError("claim_mismatch", "The company's own host does not show its claim, so its keys rest on the register's word alone.");
  const body = deliveryOf(input);
  const { deliver: endpoint, mailbox } = company.claim.body;
  const at = formatInstant(Math.floor(now));
  const errors: string[] = [];
  if (endpoint !== undefined) {
    try {
      const { proof, answer } = await toEndpoint(endpoint, body, input);
      return { delivery: { at, by: "endpoint", to: endpoint, ...(proof !== undefined && { proof }) }, ...(answer && { answer }) };
    } catch (error) {
      errors.push(wordsOf(error));
      // A company that has read and refused it would refuse it from its mailbox too.
      if (error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 404 && error.status !== 429)
        return { delivery: { at, by: "endpoint", to: endpoint, error: errors.join(" ") } };
    }
  }
  if (mailbox !== undefined && register !== undefined) {
    const to = `${register.url}/v1/mailboxes/${mailboxOf(company.claim.author)}`;
    try {
      return { delivery: { at, by: "mailbox", to, proof: await toMailbox(to, mailbox, body, input) } };
    } catch (error) {
      return { delivery: { at, by: "mailbox", to, error: [...errors, wordsOf(error)].join(" ") } };
    }
  }
  if (errors.length === 0) errors.push("The company's claim names no address that takes records.");
  return { delivery: { at, by: "endpoint", to: endpoint ?? company.claim.author, error: errors.join(" ") } };
}

/** The text of a delivery. The withdrawal code never goes along. */
function deliveryOf({ item, receipt, reference, identifiers, reply }: Delivering): string {
  if (receipt === null && classOf(recordIn(item).act) === "grant")
    throw new FreeholdError("argument_invalid", "A grant without a proof allows nothing: it is delivered once it is in the log.");
  const { code: _, ...proven } = receipt === null ? {} : parseReceipt(receipt);
  const text = canonicalize({
    "@context": "urn:freehold:delivery:1",
    ...(receipt === null ? { unproved: { entry: item.entry, jws: item.jws, key: item.key, opening: item.opening } } : { receipt: proven }),
    ...(reference !== undefined && { reference }),
    ...(identifiers?.length && { identifiers: identifiers.slice(0, 16) }),
    ...(reply !== undefined && { reply }),
  });
  if (text.length > MAX_DELIVERY) throw new FreeholdError("too_large", `A delivery has at most ${MAX_DELIVERY} bytes.`);
  return text;
}

async function toEndpoint(
  url: string,
  body: string,
  { item, fetch, attempts = 5, signal }: Delivering,
): Promise<{ proof: string | undefined; answer: Answer | undefined }> {
  const headers = { "content-type": "application/json" };
  for (let attempt = 1; ; attempt++) {
    const answered = expectStatus(await ask(fetch, url, { method: "POST", headers, body, max: MAX_DELIVERY, signal }), [200, 202], url);
    const said = membersOf(answered.body);
    if (said["record"] !== item.id) throw new FreeholdError("delivery_failed", "The company answers for another record than the one that it was sent.");
    const answer = answerOf(said);
    // A 202 says that it is published soon; the same delivery again gets it.
    if (answered.status === 200 || answer !== undefined || attempt >= attempts)
      return { proof: answer?.acknowledgement && hashOf(answer.acknowledgement.jws), answer };
    await sleep(1000 * Math.min(30, Number(answered.headers.get("retry-after") ?? 1) || 1), signal);
  }
}

function answerOf({ acknowledgement, binding, checkpoint }: { readonly [member: string]: unknown }): Answer | undefined {
  if (typeof checkpoint !== "string" || (acknowledgement === undefined && binding === undefined)) return undefined;
  return {
    size: parseCheckpoint(parseNote(checkpoint).text).size,
    ...(acknowledgement !== undefined && { acknowledgement: check(sealedShape, acknowledgement, "acknowledgement", "delivery_failed") as Sealed }),
    ...(binding !== undefined && { binding: check(sealedShape, binding, "binding", "delivery_failed") as Sealed }),
  };
}

async function toMailbox(to: string, key: Jwk, body: string, { company, register, fetch, signal }: Delivering): Promise<string> {
  const jwe = await sealFor(key, body);
  const headers = { "content-type": "application/jose" };
  const { body: said } = expectStatus(await ask(fetch, to, { method: "POST", headers, body: jwe, max: MAX_DELIVERY, signal }), [201], to);
  return canonicalize(verifyDeposit(membersOf(said), { jwe, controller: company.claim.author, key: register?.key }));
}

/**
 * The item with the company's answer, which was verified: in the log, by the company's key, about this record. Paths are not kept: they
 * are made anew with each receipt.
 *
 * @param input.snapshot of a log that has the answer: at least `answer.size`, else `index_unknown`.
 * @throws `receipt_acknowledgement`, `receipt_binding`, `receipt_controller`, and what else `makeReceipt` throws.
 * @example
 * ```ts
 * const item = await acceptAnswer({ item, answer, company, snapshot, policy, now });
 * ```
 */
export async function acceptAnswer(input: {
  item: Item;
  answer: Answer;
  company: Company;
  snapshot: Snapshot;
  policy: TrustPolicy;
  now: number;
}): Promise<Item> {
  const { item, answer, company, ...how } = input;
  const acknowledgements = [...(item.acknowledgements ?? []), ...(answer.acknowledgement ? [answer.acknowledgement] : [])];
  const answered: Item = {
    ...item,
    claims: company.documents,
    acknowledgements: [...new Map(acknowledgements.map((one) => [one.jws, one])).values()],
    ...(answer.binding && { binding: answer.binding }),
  };
  await makeReceipt({ item: answered, ...how });
  return answered;
}

function wordsOf(error: unknown): string {
  if (error instanceof FreeholdError) return error.message;
  throw error;
}
