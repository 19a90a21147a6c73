/** What a company says of itself: its claim, at its own host and in the log (spec/publication.md). */
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf, thumbprint, verifySignature } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { decodeDocument } from "@freehold/protocol/offer";
import type { Offer } from "@freehold/protocol/offer";
import { decodeClaim, verifyClaim } from "@freehold/protocol/publication";
import type { Claim } from "@freehold/protocol/publication";
import { seconds } from "@freehold/protocol/shape";
import { ask, expectStatus, membersOf } from "./http.ts";
import type { Fetch } from "./http.ts";
import type { LogState } from "./log-reader.ts";

/** How far a claim is to be believed: found at the host and in the log; at one of them only. */
export type Compared = "both" | "host" | "log";

export interface Company {
  claim: Claim;
  /** The claim and its predecessors as they were published, oldest first: at most the four that a receipt takes. */
  documents: { document: string; index: number }[];
  compared: Compared;
}

export interface Finding {
  /** Its controller id. */
  controller: string;
  log: Pick<LogState, "publications">;
  fetch: Fetch;
  /**
   * Documents of the register by their hash, for predecessors and for hosts that do not answer: from what was fetched for everyone (the shards),
   * or one by one, which says to the register whom she looks at.
   */
  document?: (hash: string) => Promise<string | undefined>;
  /** The hash of its newest claim by the map, where that is known. */
  newest?: string;
  signal?: AbortSignal | undefined;
}

/** A receipt takes no more. */
const MAX_CLAIMS = 4;

/**
 * Finds a company's claim: reads it at its own host, and compares it with the log. A key that a register slipped in shows as a difference.
 *
 * @throws `claim_unknown` where there is none; `claim_mismatch` where the host serves another one than the newest of the log, or one that is not
 *   its own; `publication_malformed`, `jws_…`.
 * @see spec/publication.md, "Claim"; spec/offer.md, "Security"
 * @example
 * ```ts
 * const { claim, compared } = await findCompany({ controller: "https://shop.example", log, fetch });
 * ```
 */
export async function findCompany(finding: Finding): Promise<Company> {
  const { controller, log, newest } = finding;
  if (controller.startsWith("urn:")) throw new FreeholdError("claim_unknown", `${controller} has no host, so nobody can speak for it.`);
  const served = await claimAtHost(finding);
  const logged = newest === undefined ? undefined : await claimInLog(finding, newest);
  const document = served ?? logged;
  if (document === undefined) throw new FreeholdError("claim_unknown", `${controller} has not joined: it serves no claim, and none of it is known in the log.`);
  if (served !== undefined && logged !== undefined && served !== logged)
    throw new FreeholdError(
      "claim_mismatch",
      `${controller} serves another claim than the newest in the log. One of the two is not the company's: nothing is sent.`,
    );
  const { documents, claim } = await chainOf(document, finding);
  if (claim.author !== controller) throw new FreeholdError("claim_mismatch", `The claim at ${controller} is of ${claim.author}.`);
  const isLogged = log.publications.has(hashOf(document));
  return { claim, documents, compared: served === undefined ? "log" : isLogged ? "both" : "host" };
}

/** The key of a claim with this kid. Throws `claim_mismatch`. */
export function keyOf({ claim }: Pick<Company, "claim">, kid: string): Jwk {
  const key = claim.body.keys.find((one) => thumbprint(one) === kid);
  if (key === undefined) throw new FreeholdError("claim_mismatch", `No key of ${claim.author} has the thumbprint ${kid}.`);
  return key;
}

/**
 * The offer of a JWS, verified as she needs it before she is asked: signed by a key of the company's claim, which stood in the log below the
 * beacon that her answer will name, and not expired.
 *
 * @param now seconds since 1970.
 * @throws `offer_malformed`, `jws_…`; `claim_mismatch` where the key is none of the claim, or the claim rests on the register's word alone;
 *   `receipt_controller` where the claim is not in the log yet; `receipt_offer` where it has expired.
 * @see spec/offer.md
 * @example
 * ```ts
 * const offer = await verifyOffer(offerJws, { company, log, now: Date.now() / 1000 });
 * ```
 */
export async function verifyOffer(offerJws: string, { company, log, now }: { company: Company; log: Pick<LogState, "size">; now: number }): Promise<Offer> {
  const { document: offer, decoded } = decodeDocument("freehold-offer+jws", offerJws);
  const { claim, compared, documents } = company;
  if (offer.controller.id !== claim.author) throw new FreeholdError("claim_mismatch", `The offer is of ${offer.controller.id}, the claim of ${claim.author}.`);
  if (compared === "log")
    throw new FreeholdError("claim_mismatch", "The company's own host does not show its claim, so its key rests on the register's word alone.");
  await verifySignature(decoded, keyOf(company, decoded.kid));
  const inTime = documents.some(
    ({ document, index }) => index < log.size && decodeClaim(document).claim.body.keys.some((key) => thumbprint(key) === decoded.kid),
  );
  if (!inTime) throw new FreeholdError("receipt_controller", "The company's key does not stand in the log yet: read the log again.");
  if (now >= seconds(offer.expires)) throw new FreeholdError("receipt_offer", `The offer expired at ${offer.expires}: ask the company for a new one.`);
  return offer;
}

async function claimAtHost({ controller, fetch, signal }: Finding): Promise<string | undefined> {
  const at = `${controller}/.well-known/freehold.json`;
  try {
    const { claim } = membersOf(expectStatus(await ask(fetch, at, { max: 262_144, timeout: 10_000, signal }), [200], at).body);
    return typeof claim === "string" ? claim : undefined;
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return undefined; // it has not joined, does not answer, or not to pages of other sites
  }
}

async function claimInLog({ log, document }: Finding, hash: string): Promise<string | undefined> {
  const found = log.publications.has(hash) ? await document?.(hash) : undefined;
  return found !== undefined && hashOf(found) === hash ? found : undefined;
}

/** The claim, verified under its own keys or its predecessors', as far back as they are to be had. */
async function chainOf(document: string, finding: Finding): Promise<Pick<Company, "claim" | "documents">> {
  const chain = [document];
  for (let at = document; chain.length < MAX_CLAIMS;) {
    const { predecessor } = decodeClaim(at).claim;
    const before = predecessor === undefined ? undefined : await claimInLog(finding, predecessor);
    if (before === undefined) break;
    chain.unshift((at = before));
  }
  let claim: Claim | undefined;
  for (const one of chain) {
    const { claim: next } = decodeClaim(one);
    // The oldest of those that could be had may be signed by a key of one that could not: then only the host vouches for it, and no receipt verifies with it.
    claim = claim === undefined && next.predecessor !== undefined ? next : await verifyClaim(one, claim);
  }
  const { publications } = finding.log;
  const documents = chain.flatMap((one) => {
    const index = publications.get(hashOf(one));
    return index === undefined ? [] : [{ document: one, index }];
  });
  return { claim: claim!, documents };
}
