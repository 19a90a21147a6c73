/** What a company publishes of itself: its claim, served at its own host and read there by the register, and its notices (spec/publication.md). */
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import type { Claim, Publication } from "@freehold/protocol/publication";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk, signPublication } from "@freehold/protocol/sign";
import { ask, membersOf } from "./http.ts";
import type { Fetch } from "./http.ts";
import { expectOk } from "./log-client.ts";

export interface ClaimInput extends Omit<Claim["body"], "keys" | "mailbox"> {
  /** The company's id: its https origin. */
  controller: string;
  /** Private keys (32 bytes) that speak for the company from now on; the first one is the desk's. */
  keys: readonly Uint8Array[];
  /** The private key of its mailbox. */
  mailbox?: Uint8Array;
  /** The claim before this one, and the key of it that signs. */
  predecessor?: { document: string; signing: Uint8Array };
  /** Seconds since 1970: kept by the company, so that the same claim is the same document. */
  issued: number;
}

/**
 * Makes a claim. Keep the document: it is served as it is, and the next one names it.
 *
 * @throws `publication_malformed`, naming the member; `argument_invalid` without a key.
 * @example
 * ```ts
 * const claim = makeClaim({ controller: "https://shop.example", name: "Acme Shop Ltd", keys: [signing], deliver: "https://shop.example/freehold/records", issued });
 * ```
 */
export function makeClaim({ controller, keys, mailbox, predecessor, issued, ...body }: ClaimInput): string {
  const signing = predecessor?.signing ?? keys[0];
  if (signing === undefined) throw new FreeholdError("argument_invalid", "A claim names at least one key.");
  const publication: Publication = {
    "@context": "urn:freehold:publication:1",
    author: controller,
    body: { ...body, keys: keys.map((key) => ({ ...publicJwk(key) })), ...(mailbox && { mailbox: { ...publicJwk(mailbox) } }) },
    issued: formatInstant(Math.floor(issued)),
    type: "claim",
    ...(predecessor && { predecessor: hashOf(predecessor.document) }),
  };
  return signPublication(publication, signing);
}

export interface NoticeInput {
  controller: string;
  signing: Uint8Array;
  language: string;
  title: string;
  /** 1 to 48,000 characters. */
  text: string;
  contact?: string;
  url?: string;
  /** SHA-256 of the version before. */
  predecessor?: string;
  issued: number;
}

/** Makes a notice. Its hash ({@link publishNotice} says it) is what offers name. Throws `publication_malformed`. */
export function makeNotice({ controller, signing, predecessor, issued, ...body }: NoticeInput): string {
  return signPublication(
    {
      "@context": "urn:freehold:publication:1",
      author: controller,
      body,
      issued: formatInstant(Math.floor(issued)),
      type: "notice",
      ...(predecessor !== undefined && { predecessor }),
    },
    signing,
  );
}

/** Where a publication stands in the log. */
export interface Publishing {
  sha256: string;
  index: number;
}

/**
 * Asks a register to read the claim at the company's host, where it must be served already, and waits until it is published. The same claim again is the same.
 *
 * @throws `claim_unreachable`, `claim_mismatch`, `origin_refused`, `publication_conflict`, `unavailable`.
 * @example
 * ```ts
 * const { index } = await publishClaim({ register: "https://register.example", controller: "https://shop.example" });
 * ```
 */
export async function publishClaim({
  register,
  controller,
  fetch = globalThis.fetch,
}: {
  register: string;
  controller: string;
  fetch?: Fetch;
}): Promise<Publishing> {
  return post(`${register}/v1/claims`, "application/json", JSON.stringify({ origin: controller }), fetch);
}

/** Publishes a notice. Throws `claim_unknown` before the claim is in the log, `publication_conflict`, `unavailable`. */
export async function publishNotice({ register, notice, fetch = globalThis.fetch }: { register: string; notice: string; fetch?: Fetch }): Promise<Publishing> {
  return post(`${register}/v1/notices`, "application/jose", notice, fetch);
}

async function post(url: string, type: string, body: string, fetch: Fetch): Promise<Publishing> {
  const answer = await ask(fetch, url, { method: "POST", headers: { "content-type": type }, body, max: 2 ** 18, timeout: 90_000 });
  const { sha256, index } = membersOf(expectOk(answer, url).body);
  if (typeof sha256 !== "string" || !Number.isSafeInteger(index)) throw new FreeholdError("unavailable", "The register does not say where it published this.");
  return { sha256, index: index as number };
}
