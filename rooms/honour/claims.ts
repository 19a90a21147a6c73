/** Taking claims and notices: what the register checks before it publishes a document in a company's name (spec/publication.md). */
import { FreeholdError } from "@freehold/protocol/errors";
import { fromUtf8 } from "@freehold/protocol/bytes";
import { hashOf } from "@freehold/protocol/jws";
import { decodeClaim, decodePublication, verifyClaim, verifyPublication } from "@freehold/protocol/publication";
import type { Claim } from "@freehold/protocol/publication";
import { controllerId } from "@freehold/protocol/record";
import { check } from "@freehold/protocol/shape";
import type { Publications } from "./publications.ts";
import type { Reach } from "./reach.ts";
import { noticeBody } from "./schema.ts";
import type { Publication } from "./store.ts";

export interface Taken {
  publication: Publication;
  /** It was there already. */
  repeated: boolean;
}

export interface TakingOptions {
  publications: Publications;
  reach: Reach;
  /** Also takes http://localhost and http://127.0.0.1: for demonstrations. */
  local: boolean;
}

export interface Taking {
  /**
   * Reads the claim at a company's host, and publishes it. Throws `origin_refused`, `claim_unreachable` (nobody answers, or not with a claim),
   * `claim_mismatch` (it is another's), `publication_conflict` (its predecessor is not here), `publication_malformed`, `jws_…`.
   */
  takeClaim(origin: string): Promise<Taken>;
  /** Publishes a notice. Throws `claim_unknown` (its author has not joined), `publication_conflict`, `publication_malformed`, `jws_…`. */
  takeNotice(document: string): Promise<Taken>;
}

/** Bounds of what is read at a company's host. */
const MAX_BYTES = 262_144;
const TIMEOUT = 10_000;

/**
 * @example
 * ```ts
 * const { publication } = await createTaking({ publications, reach, local: false }).takeClaim("https://shop.example");
 * ```
 */
export function createTaking({ publications, reach, local }: TakingOptions): Taking {
  // One after the other from the look at the chain to the entry: two at once could both take themselves for the next.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };

  const known = (document: string): Taken | undefined => {
    const publication = publications.find(hashOf(document));
    return publication && { publication, repeated: true };
  };

  const claimAt = async (controller: string): Promise<string> => {
    const address = `${controller}/.well-known/freehold.json`;
    const { status, body } = await reach(address, { max: MAX_BYTES, timeout: TIMEOUT });
    if (status !== 200)
      throw new FreeholdError(
        "claim_unreachable",
        `${address} answers with status ${status}; it must be 200${status >= 300 && status < 400 ? ", without a redirect" : ""}.`,
      );
    let claim: unknown;
    try {
      claim = (JSON.parse(fromUtf8(body)) as { claim?: unknown } | null)?.claim;
    } catch {
      // no JSON
    }
    if (typeof claim !== "string") throw new FreeholdError("claim_unreachable", `${address} must be JSON with the claim: {"claim": "<JWS>"}.`);
    return claim;
  };

  const predecessorOf = (claim: Claim): Claim | undefined => {
    if (claim.predecessor === undefined) return undefined;
    const row = publications.find(claim.predecessor);
    const document = row?.type === "claim" && row.author === claim.author ? publications.read(row.sha256) : undefined;
    if (document === undefined)
      throw new FreeholdError(
        "publication_conflict",
        "The claim names a predecessor that is no claim of this company in the log of this register. Publish that one first.",
      );
    return document as Claim;
  };

  return {
    async takeClaim(origin) {
      const controller = checkOrigin(origin, local);
      const document = await claimAt(controller);
      const { claim } = decodeClaim(document);
      if (claim.author !== controller) throw new FreeholdError("claim_mismatch", `The claim at ${controller} is of ${claim.author}.`);
      return inTurn(async () => {
        await publications.catchUp();
        const there = known(document);
        if (there !== undefined) return there;
        await verifyClaim(document, predecessorOf(claim));
        return { publication: await publications.publish(document), repeated: false };
      });
    },

    async takeNotice(document) {
      const { publication } = decodePublication(document);
      if (publication.type !== "notice") throw new FreeholdError("publication_malformed", `This is a publication of type ${publication.type}, not notice.`);
      const { url, contact } = check(noticeBody, publication.body, "publication.body", "publication_malformed");
      for (const [member, address] of Object.entries({ url, contact }))
        if (address !== undefined && !address.startsWith(`${publication.author}/`) && !(member === "contact" && address.startsWith("mailto:")))
          throw new FreeholdError("publication_malformed", `publication.body.${member} must be on the author's own host (${publication.author}/…).`);
      return inTurn(async () => {
        await publications.catchUp();
        const there = known(document);
        if (there !== undefined) return there;
        const { author, predecessor } = publication;
        const standing = publications.standing(author);
        if (standing === undefined) throw new FreeholdError("claim_unknown", `${author} has not joined: its claim comes first (POST /v1/claims).`);
        await verifyPublication(document, standing.claim.body.keys);
        const chains = publications.chains(author, "notice");
        if (predecessor !== undefined && !chains.some(({ links }) => links.at(-1)!.sha256 === predecessor))
          throw new FreeholdError("publication_conflict", "The notice names a predecessor that is no newest version of a notice of this company in this log.");
        return { publication: await publications.publish(document), repeated: false };
      });
    },
  };
}

/** The controller id of a host that can be asked. Throws `origin_refused`. */
function checkOrigin(origin: string, local: boolean): string {
  const controller = check(controllerId, origin, "origin", "origin_refused");
  if (controller.startsWith("https://") || (local && controller.startsWith("http://"))) return controller;
  throw new FreeholdError("origin_refused", "A company claims its entry under https://; this register takes no host of its own machine.");
}
