/** Sealing a delivery for a company's mailbox, and the register's signature that it lies there (spec/delivery.md, "Mailbox"). */
import { concat, fromBase64url, fromHex, lengthPrefixed, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { publicKeyOf, thumbprint } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { check, hex, instant, matching, object, text } from "@freehold/protocol/shape";
import type { Shaped } from "@freehold/protocol/shape";
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { CompactEncrypt, importJWK } from "jose";

/** Deliveries are padded to a multiple of this, so that their length says little. */
const STEP = 32_768;

const depositShape = object({
  addressee: hex(32),
  checkpoint: text(1, 65_536),
  deposited: instant,
  message: hex(32),
  signature: matching(/^[A-Za-z0-9_-]{86}$/, 86, "a signature of 64 bytes in base64url"),
});

/** What the register answers to a deposit. */
export type Deposit = Shaped<typeof depositShape>;

/**
 * Seals a text for the key of a mailbox: compact JWE, ECDH-ES and A256GCM, padded with spaces.
 *
 * @throws `key_malformed` for a key that is no point of P-256.
 * @see RFC 7516; RFC 7518, section 4.6
 * @example
 * ```ts
 * const jwe = await sealFor(claim.body.mailbox, JSON.stringify(delivery));
 * ```
 */
export async function sealFor(key: Jwk, source: string): Promise<string> {
  const bytes = utf8(source);
  const padded = new Uint8Array(Math.ceil(bytes.length / STEP) * STEP).fill(0x20);
  padded.set(bytes);
  if (!p256.utils.isValidPublicKey(publicKeyOf(key), false)) throw new FreeholdError("key_malformed", "The key of the mailbox is no point of P-256.");
  const recipient = await importJWK({ ...key }, "ECDH-ES");
  return new CompactEncrypt(padded).setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid: thumbprint(key) }).encrypt(recipient);
}

/** Whose mailbox it is, as its address has it: SHA-256 of the controller id, hexadecimal. */
export function mailboxOf(controller: string): string {
  return toHex(sha256(utf8(controller)));
}

/**
 * Checks a deposit: that it is of this message for this company, and signed by the register's publishing key.
 *
 * @param key of the register's own claim; without one the signature is not checked, and the deposit is as good as the register's word.
 * @throws `deposit_malformed`, `deposit_mismatch`.
 * @example
 * ```ts
 * const deposit = verifyDeposit(answer, { jwe, controller: "https://shop.example", key });
 * ```
 */
export function verifyDeposit(value: unknown, { jwe, controller, key }: { jwe: string; controller: string; key?: Jwk | undefined }): Deposit {
  const deposit = check(depositShape, value, "deposit", "deposit_malformed");
  if (deposit.addressee !== mailboxOf(controller) || deposit.message !== toHex(sha256(utf8(jwe))))
    throw new FreeholdError("deposit_mismatch", "The register's deposit is of another message, or for another company.");
  if (key !== undefined && !isSigned(deposit, key)) throw new FreeholdError("deposit_mismatch", "The deposit is not signed by the register's key.");
  return deposit;
}

function isSigned({ addressee, message, deposited, checkpoint, signature }: Deposit, key: Jwk): boolean {
  const signed = concat(lengthPrefixed("freehold/deposit/v1"), fromHex(addressee), fromHex(message), lengthPrefixed(deposited), sha256(utf8(checkpoint)));
  try {
    return p256.verify(fromBase64url(signature), signed, publicKeyOf(key), { lowS: false });
  } catch {
    return false;
  }
}
