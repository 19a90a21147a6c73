/** Chains of publications, the form of messages, when something is sent again, and how long it is kept (spec/publication.md, spec/delivery.md). Pure. */
import { createHash } from "node:crypto";
import { concat, fromBase64url, fromHex, fromUtf8, lengthPrefixed } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { thumbprint } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import type { Deposit, Published } from "./schema.ts";

/** A publication as the log has it. */
export interface Link {
  sha256: string;
  index: number;
  issued: string;
  predecessor: string | null;
}

/** One chain: each replaces the one before it; the last one stands. */
export interface Chain {
  links: Link[];
  /** Successors of what had a successor with a lower index. */
  forks: Link[];
}

/**
 * Puts publications of one author and type into chains, the one that began first first. Of two successors of one publication the one with the lower index
 * stands; what follows another is a fork as well.
 *
 * @example
 * ```ts
 * const [first] = chainsOf(claims);
 * first?.links.at(-1); // the claim that stands
 * ```
 */
export function chainsOf(publications: readonly Link[]): Chain[] {
  const ordered = [...publications].sort((a, b) => a.index - b.index);
  const chains: Chain[] = [];
  const of = new Map<string, Chain>();
  for (const link of ordered) {
    const chain = link.predecessor === null ? undefined : of.get(link.predecessor);
    if (chain === undefined) {
      const begun: Chain = { links: [link], forks: [] };
      chains.push(begun);
      of.set(link.sha256, begun);
    } else {
      of.set(link.sha256, chain);
      if (chain.links.at(-1)!.sha256 === link.predecessor) chain.links.push(link);
      else chain.forks.push(link);
    }
  }
  return chains;
}

/** How publications are listed, newest first. Of claims only the first chain counts. */
export function published(chains: readonly Chain[], type: "claim" | "notice"): Published[] {
  return chains
    .flatMap(({ links, forks }, n) => {
      const aside = type === "claim" && n > 0;
      return [
        ...links.map((link, i): Published => ({ ...link, standing: !aside && i === links.length - 1, ...(aside && { aside: "second-chain" }) })),
        ...forks.map((link): Published => ({ ...link, standing: false, aside: "fork" })),
      ];
    })
    .sort((a, b) => b.index - a.index);
}

/** The address of a controller's mailbox: SHA-256 of its id, hexadecimal. */
export function mailboxOf(controller: string): string {
  return createHash("sha256").update(controller).digest("hex");
}

/** Plaintexts are padded to multiples of this, and a delivery has at most eight of them (spec/delivery.md). */
const STEP = 32_768;
const MOST_STEPS = 8;
/** The longest message: its ciphertext in base64url, and some header. */
export const MAX_MESSAGE = Math.ceil((STEP * MOST_STEPS * 4) / 3) + 4096;

/** Checks the form of a message for a mailbox with this key: what its company could not open, or could be told apart by, is not taken. Throws `deposit_malformed`. */
export function checkMessage(jwe: string, key: Jwk): void {
  const wrong = (what: string): never => {
    throw new FreeholdError("deposit_malformed", `A message is a compact JWE of a padded delivery (spec/delivery.md); this one ${what}.`);
  };
  const parts = jwe.split(".");
  if (parts.length !== 5 || parts[1] !== "") wrong("has not the five parts of ECDH-ES");
  let header: Record<string, unknown>;
  let [iv, ciphertext, tag] = [0, 0, 0];
  try {
    header = JSON.parse(fromUtf8(fromBase64url(parts[0]!))) as Record<string, unknown>;
    [iv, ciphertext, tag] = [parts[2]!, parts[3]!, parts[4]!].map((part) => fromBase64url(part).length) as [number, number, number];
  } catch {
    return wrong("is not base64url with a JSON header");
  }
  const { alg, enc, kid, epk, ...rest } = header ?? {};
  if (alg !== "ECDH-ES" || enc !== "A256GCM" || typeof epk !== "object" || epk === null || Object.keys(rest).length > 0)
    wrong('has another header than {"alg":"ECDH-ES","enc":"A256GCM","epk","kid"}');
  if (kid !== thumbprint(key)) wrong("is sealed for another key than the mailbox has now; read the company's newest claim");
  if (iv !== 12 || tag !== 16) wrong("has an initialisation vector or tag of another length than A256GCM");
  if (ciphertext === 0 || ciphertext % STEP !== 0 || ciphertext > STEP * MOST_STEPS)
    wrong(`is not padded to a multiple of ${STEP} bytes, or has more than ${STEP * MOST_STEPS}`);
}

/** The bytes of a deposit that the register signs. */
export function depositBytes({ addressee, message, deposited, checkpoint }: Omit<Deposit, "signature">): Uint8Array {
  return concat(
    lengthPrefixed("freehold/deposit/v1"),
    fromHex(addressee),
    fromHex(message),
    lengthPrefixed(deposited),
    createHash("sha256").update(checkpoint).digest(),
  );
}

/** Seconds after which a webhook is called again that was not answered with 2xx. */
export const AGAIN_AFTER = [5, 60, 600, 3600, 21_600, 86_400] as const;

/** Seconds since 1970 of the call after a failed one; null where it was the last. `failed` counts from 1. */
export function nextCall(failed: number, now: number): number | null {
  const wait = AGAIN_AFTER[failed - 1];
  return wait === undefined ? null : now + wait;
}

/** Throws `webhook_refused` where the address is not on the host of the company itself. */
export function checkWebhookUrl(url: string, controller: string): void {
  const isOwn = URL.canParse(url) && url.length <= 2000 && url.startsWith(`${controller}/`) && new URL(url).origin === controller;
  if (!isOwn) throw new FreeholdError("webhook_refused", `A webhook is on the company's own host: ${controller}/….`);
}

/** Throws `webhook_refused` where a secret is none of Standard Webhooks: whsec_ and base64 of 24 to 64 bytes. */
export function checkSecret(secret: string): void {
  const [, base64] = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/.exec(secret) ?? [];
  const length = base64 === undefined ? 0 : Buffer.from(base64, "base64").length;
  if (length < 24 || length > 64 || Buffer.from(base64!, "base64").toString("base64") !== base64)
    throw new FreeholdError("webhook_refused", "The secret of a webhook is whsec_ and the base64 of 24 to 64 bytes; leave it out to be given one.");
}

const DAY = 86_400;
/** Seconds for which a message is served after its company has fetched it, and for which one is kept that nobody fetches. */
export const KEPT_FETCHED = 30 * DAY;
export const KEPT_UNFETCHED = 36 * 30.4375 * DAY;
