/** Reads a company's mailbox at its register: for a company whose own endpoint is not always there (spec/delivery.md, "Mailbox"). */
import { createHash } from "node:crypto";
import { compactDecrypt, importJWK } from "jose";
import { fromUtf8, toBase64url } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk, signJws } from "@freehold/protocol/sign";
import { ask, membersOf } from "./http.ts";
import type { Answered } from "./http.ts";
import { expectOk } from "./log-client.ts";
import type { Reception } from "./reception.ts";

export interface MailboxReader {
  /** Takes what has come. Says how many messages were taken, and how many were of no use: those are told to the log, and taken out too. Throws `unavailable`, `mailbox_refused`. */
  read(): Promise<{ taken: number; refused: number }>;
  /** Sets where the register calls when something has come; what it returns is the secret for verifyWebhook. Throws `webhook_refused`, `unavailable`. */
  setWebhook(url: string): Promise<string>;
  /** Reads every `milliseconds`, until it is closed. */
  start(milliseconds?: number): void;
  close(): void;
}

const MAX_MESSAGE = 400_000;
/** Seconds for which a signed request is good. */
const AHEAD = 120;

/**
 * A reader of the mailbox; `key` is its private key (32 bytes), whose public one the claim names.
 *
 * @example
 * ```ts
 * const reader = createMailboxReader(reception, mailboxKey);
 * reader.start(60_000);
 * ```
 */
export function createMailboxReader(reception: Reception, key: Uint8Array): MailboxReader {
  const { controller, keys, register, origin, fetch, clock, log } = reception.desk.parts;
  const mailbox = `/v1/mailboxes/${createHash("sha256").update(controller).digest("hex")}`;

  const request = async (
    method: string,
    path: string,
    { query = "", body, max = 65_536 }: { query?: string; body?: string; max?: number } = {},
  ): Promise<Answered> => {
    const payload = { controller, expires: formatInstant(Math.floor(clock()) + AHEAD), method, origin, path };
    const authorization = `Freehold ${signJws({ type: "freehold-mailbox+jws", payload, secretKey: keys.signing })}`;
    const headers = { authorization, ...(body !== undefined && { "content-type": "application/json" }) };
    return expectOk(await ask(fetch, `${register}${path}${query}`, { method, headers, max, ...(body !== undefined && { body }) }), register);
  };
  const open = async (jwe: string): Promise<string> => {
    const secret = await importJWK({ ...publicJwk(key), d: toBase64url(key) }, "ECDH-ES");
    const { plaintext } = await compactDecrypt(jwe, secret, { keyManagementAlgorithms: ["ECDH-ES"], contentEncryptionAlgorithms: ["A256GCM"] });
    return fromUtf8(plaintext).trimEnd();
  };
  /** False where the message is of no use, now and later. */
  const takeOne = async (message: string): Promise<boolean> => {
    const jwe = fromUtf8((await request("GET", `${mailbox}/${message}`, { max: MAX_MESSAGE })).body);
    try {
      if (createHash("sha256").update(jwe).digest("hex") !== message)
        throw new FreeholdError("deposit_mismatch", "The register serves another message than it names.");
      await reception.receive(await open(jwe));
      return true;
    } catch (error) {
      if (error instanceof FreeholdError && (error.code === "unavailable" || error.code === "deposit_mismatch")) throw error;
      log(`A message in the mailbox is of no use (${error instanceof FreeholdError ? error.code : "it does not open"}).`);
      return false;
    }
  };

  let timer: NodeJS.Timeout | undefined;
  const reader: MailboxReader = {
    async read() {
      const count = { taken: 0, refused: 0 };
      for (let after = "0", more = true; more;) {
        const said = membersOf((await request("GET", mailbox, { query: `?after=${after}` })).body);
        const messages = Array.isArray(said["messages"]) ? (said["messages"] as { message?: unknown }[]) : [];
        for (const { message } of messages) {
          if (typeof message !== "string" || !/^[0-9a-f]{64}$/.test(message)) continue;
          count[(await takeOne(message)) ? "taken" : "refused"]++;
          await request("DELETE", `${mailbox}/${message}`);
        }
        more = said["more"] === true && typeof said["next"] === "string" && said["next"] !== after;
        after = String(said["next"]);
      }
      return count;
    },
    async setWebhook(url) {
      const { secret } = membersOf((await request("PUT", `${mailbox}/webhook`, { body: JSON.stringify({ url }) })).body);
      if (typeof secret !== "string") throw new FreeholdError("unavailable", "The register names no secret for the webhook.");
      return secret;
    },
    start(milliseconds = 60_000) {
      const look = () =>
        void reader.read().catch((error: unknown) => log(`The mailbox could not be read: ${error instanceof FreeholdError ? error.message : String(error)}`));
      look();
      timer ??= setInterval(look, milliseconds);
      timer.unref();
    },
    close: () => clearInterval(timer),
  };
  return reader;
}
