/** Mailboxes: what people leave for companies, sealed, and who may read it (spec/delivery.md, "Mailbox"). */
import { createHash } from "node:crypto";
import { toBase64url } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeJws, thumbprint, verifySignature } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { check, formatInstant, seconds } from "@freehold/protocol/shape";
import type { Log } from "../../ledger/log.ts";
import { MAX_MESSAGE, checkMessage, depositBytes, mailboxOf } from "./rules.ts";
import type { Publications } from "./publications.ts";
import { mailboxRequestShape } from "./schema.ts";
import type { Deposit, MailboxRequest } from "./schema.ts";
import type { CompaniesStore } from "./store.ts";

export interface MailboxOptions {
  store: CompaniesStore;
  publications: Publications;
  log: Pick<Log, "origin" | "published">;
  /** Signs with the register's publishing key: r || s. */
  sign: (bytes: Uint8Array) => Uint8Array;
  /** Bytes that one mailbox, and all together, may hold. */
  most: { mailbox: number; all: number };
}

export interface Mailboxes {
  /**
   * Takes a message; durable when it returns. Throws `mailbox_unknown`, `deposit_malformed`, `too_large`, `storage_full`, `unavailable` (nothing was
   * published yet).
   */
  deposit(mailbox: string, jwe: string, now: number): Deposit;
  /** Whose mailbox a request may read: its signature is by a key of the company's newest claim, for this and nothing else. Throws `mailbox_refused`. */
  authorise(mailbox: string, authorization: string | undefined, asked: { method: string; path: string }, now: number): Promise<string>;
}

/** Seconds for which a signed request may be good. */
const AHEAD = 300;

/**
 * @example
 * ```ts
 * const deposit = createMailboxes({ store, publications, log, sign, most }).deposit(mailboxOf("https://shop.example"), jwe, now);
 * ```
 */
export function createMailboxes({ store, publications, log, sign, most }: MailboxOptions): Mailboxes {
  const keyOf = (mailbox: string): Jwk | undefined => {
    const controller = store.authorOf(mailbox);
    return controller === undefined ? undefined : publications.standing(controller)?.claim.body.mailbox;
  };

  return {
    deposit(mailbox, jwe, now) {
      const key = keyOf(mailbox);
      if (key === undefined) throw new FreeholdError("mailbox_unknown", "No company has a mailbox here under this address.");
      if (jwe.length > MAX_MESSAGE) throw new FreeholdError("too_large", `A message has at most ${MAX_MESSAGE} characters.`);
      const sha256 = createHash("sha256").update(jwe).digest("hex");
      const there = store.message(mailbox, sha256);
      if (there !== undefined) return JSON.parse(there.deposit) as Deposit;
      checkMessage(jwe, key);
      if (log.published === null) throw new FreeholdError("unavailable", "Nothing has been published yet; try again in a moment.");
      const body = { addressee: mailbox, checkpoint: log.published.note, deposited: formatInstant(now), message: sha256 };
      const deposit: Deposit = { ...body, signature: toBase64url(sign(depositBytes(body))) };
      store.deposit(mailbox, { sha256, jwe, deposit: JSON.stringify(deposit), deposited: now }, most);
      return deposit;
    },

    async authorise(mailbox, authorization, { method, path }, now) {
      const [, jws] = /^Freehold ([A-Za-z0-9._-]+)$/i.exec(authorization ?? "") ?? [];
      if (jws === undefined) throw new FreeholdError("mailbox_refused", "A mailbox is read with authorization: Freehold <JWS> (spec/delivery.md).");
      let request: MailboxRequest;
      try {
        const decoded = decodeJws(jws, "freehold-mailbox+jws");
        request = check(mailboxRequestShape, decoded.payload, "request", "mailbox_refused");
        const key = publications.standing(request.controller)?.claim.body.keys.find((one) => thumbprint(one) === decoded.kid);
        if (key === undefined) throw new FreeholdError("mailbox_refused", `No key of the newest claim of ${request.controller} has signed this.`);
        await verifySignature(decoded, key);
      } catch (cause) {
        if (cause instanceof FreeholdError && cause.code !== "mailbox_refused") throw new FreeholdError("mailbox_refused", cause.message, { cause });
        throw cause;
      }
      const wrong = (what: string) => new FreeholdError("mailbox_refused", `The signed request ${what}.`);
      if (mailboxOf(request.controller) !== mailbox) throw wrong("is of another company than the mailbox");
      if (request.method !== method || request.path !== path) throw wrong(`is for ${request.method} ${request.path}, not for ${method} ${path}`);
      if (request.origin !== log.origin) throw wrong(`is for the register ${request.origin}; this one is ${log.origin}`);
      const expires = seconds(request.expires);
      if (expires <= now) throw wrong("has expired");
      if (expires > now + AHEAD) throw wrong(`is good for more than ${AHEAD} seconds from now (${formatInstant(now)} by the register's clock)`);
      return request.controller;
    },
  };
}
