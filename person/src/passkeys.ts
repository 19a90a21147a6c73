/** Passkeys in a browser: making one, asking it for a gesture, and opening the seed with what its PRF gives (spec/passkey.md). */
import { parseAuthenticatorData } from "@freehold/protocol/authenticator";
import { equal, fromBase64url, fromHex, toBase64url, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { prfInput, unwrapSeed, wrapSeed } from "@freehold/protocol/wrap";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import type { GestureAnswer } from "./gesture.ts";

/** `navigator.credentials`, or what stands in for it. */
export type Credentials = Pick<CredentialsContainer, "create" | "get">;

/** A passkey that this installation knows: plain data. `wrapped` opens with it alone; absent where it has no PRF. */
export interface Passkey {
  /** base64url. */
  id: string;
  /** Uncompressed P-256, hexadecimal. */
  publicKey: string;
  rpId: string;
  /** Instant at which it was made. */
  made: string;
  /** The wrapped seed, 61 bytes in hexadecimal. */
  wrapped?: string;
}

/** Where pages ask: the domain, and their own origin. */
export interface Asking {
  credentials: Credentials;
  rpId: string;
  /** `location.origin`. */
  origin: string;
}

/** What a passkey answered; `secret` is its PRF's output, null where it has none. The secret is not stored. */
export interface Answer {
  gesture: GestureAnswer & { origins: readonly string[]; rpId: string };
  id: string;
  secret: Uint8Array | null;
}

/**
 * Makes a passkey: ES256, user verification required, discoverable where that is possible. Its name says nothing of her. Whether it has a PRF is known
 * when it is asked for the first time: {@link askPasskey}.
 *
 * @param made instant, for her list of passkeys.
 * @throws `gesture_refused` where she or the browser declines; `passkey_malformed`, `passkey_mismatch` for an answer that is none.
 * @see spec/passkey.md, "Authenticator data"
 * @example
 * ```ts
 * const passkey = await createPasskey({ credentials: navigator.credentials, rpId: location.hostname, origin: location.origin }, { name: "Freehold", made, known: [] });
 * ```
 */
export async function createPasskey(
  { credentials, rpId }: Asking,
  { name, made, known }: { name: string; made: string; known: readonly Pick<Passkey, "id">[] },
): Promise<Passkey> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp: { id: rpId, name },
    // Random, so that a second passkey of hers does not overwrite the first.
    user: { id: buffer(randomBytes(16)), name, displayName: name },
    challenge: buffer(randomBytes(32)),
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    attestation: "none",
    excludeCredentials: known.map(({ id }) => ({ type: "public-key", id: buffer(fromBase64url(id)) })),
    extensions: { prf: {} },
  };
  const made_ = await declined(() => credentials.create({ publicKey }));
  const response = (made_ as PublicKeyCredential | null)?.response as AuthenticatorAttestationResponse | undefined;
  if (response?.getAuthenticatorData === undefined) throw new FreeholdError("gesture_refused", "No passkey was made.");
  const { credential, rpIdHash, userVerified } = parseAuthenticatorData(new Uint8Array(response.getAuthenticatorData()));
  if (credential === undefined) throw new FreeholdError("passkey_malformed", "The answer holds no new passkey.");
  if (!equal(rpIdHash, sha256(utf8(rpId))) || !userVerified)
    throw new FreeholdError("passkey_mismatch", "The new passkey is for another site, or nobody was verified.");
  return { id: toBase64url(credential.id), publicKey: toHex(credential.publicKey), rpId, made };
}

/**
 * Asks one of these passkeys for a gesture over a challenge (32 bytes), and for its PRF in the same one.
 *
 * @throws `gesture_refused` where she or the browser declines; `passkey_mismatch` where another passkey answers.
 * @see spec/passkey.md, "Wrapped seed"
 * @example
 * ```ts
 * const signed = await sign({ …, gesture: async (challenge) => (await askPasskey(asking, passkeys, challenge)).gesture });
 * ```
 */
export async function askPasskey({ credentials, rpId, origin }: Asking, passkeys: readonly Passkey[], challenge: Uint8Array): Promise<Answer> {
  const { id, response, secret } = await get(credentials, { rpId, challenge, ids: passkeys.map((one) => one.id) });
  const passkey = passkeys.find((one) => one.id === id);
  if (passkey === undefined) throw new FreeholdError("passkey_mismatch", "Another passkey answered than those that are known here.");
  const gesture = {
    publicKey: fromHex(passkey.publicKey),
    clientDataJSON: new Uint8Array(response.clientDataJSON),
    authenticatorData: new Uint8Array(response.authenticatorData),
    signature: new Uint8Array(response.signature),
    origins: [origin],
    rpId,
  };
  return { gesture, id, secret };
}

/**
 * Asks for any passkey of this site, known here or not: how an installation is joined to which a passkey was synchronised (`fetchWrapped`). It is no
 * gesture over anything.
 */
export async function findPasskey({ credentials, rpId }: Asking): Promise<{ id: string; secret: Uint8Array | null }> {
  const { id, secret } = await get(credentials, { rpId, challenge: randomBytes(32), ids: [] });
  return { id, secret };
}

/**
 * The passkey with the seed wrapped under it. Throws `gesture_refused` where the answer has no secret: then a passphrase or the kit
 * takes its place.
 */
export function wrapFor(passkey: Passkey, { id, secret }: Pick<Answer, "id" | "secret">, seed: Uint8Array): Passkey {
  if (secret === null || id !== passkey.id) throw new FreeholdError("gesture_refused", "This passkey gives no secret, so the key cannot be kept under it.");
  return { ...passkey, wrapped: toHex(wrapSeed({ seed, secret, credentialId: fromBase64url(passkey.id) })) };
}

/** The seed that is wrapped for the passkey that answered. Throws `gesture_refused` where there is none for it, or it gave no secret; `wrap_mismatch`. */
export function unwrapWith(passkeys: readonly Passkey[], { id, secret }: Pick<Answer, "id" | "secret">): Uint8Array {
  const wrapped = passkeys.find((one) => one.id === id)?.wrapped;
  if (wrapped === undefined || secret === null) throw new FreeholdError("gesture_refused", "This passkey does not open your key here.");
  return unwrapSeed({ wrapped: fromHex(wrapped), secret, credentialId: fromBase64url(id) });
}

async function get(
  credentials: Credentials,
  { rpId, challenge, ids }: { rpId: string; challenge: Uint8Array; ids: readonly string[] },
): Promise<{ id: string; response: AuthenticatorAssertionResponse; secret: Uint8Array | null }> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    rpId,
    challenge: buffer(challenge),
    userVerification: "required",
    allowCredentials: ids.map((id) => ({ type: "public-key", id: buffer(fromBase64url(id)) })),
    extensions: { prf: { eval: { first: buffer(prfInput()) } } },
  };
  const credential = (await declined(() => credentials.get({ publicKey }))) as PublicKeyCredential | null;
  if (credential === null) throw new FreeholdError("gesture_refused", "No passkey answered.");
  const first = credential.getClientExtensionResults().prf?.results?.first;
  const secret = first === undefined ? null : new Uint8Array(first instanceof ArrayBuffer ? first : first.buffer);
  return {
    id: toBase64url(new Uint8Array(credential.rawId)),
    response: credential.response as AuthenticatorAssertionResponse,
    secret: secret?.length === 32 ? secret : null,
  };
}

/** Browsers say by exceptions of their own that somebody declined, or took too long. */
async function declined<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new FreeholdError("gesture_refused", "The gesture did not come about: it was declined, took too long, or this browser has no such passkey.", {
      cause,
    });
  }
}

function buffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
