/** Her key in this tab: opened by a passkey, a passphrase or the kit, and held in memory until the page is left. */
import { askPasskey, createPasskey, unwrapWith, wrapFor } from "@freehold/person/passkeys";
import type { Asking, Passkey } from "@freehold/person/passkeys";
import { unwrapWithPassphrase, wrapUnderPassphrase } from "@freehold/person/passphrase";
import type { Signing } from "@freehold/person/sign";
import { fromBase64url, fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { newSeed } from "@freehold/protocol/keys";
import { formatInstant } from "@freehold/protocol/shape";
import type { Keys } from "./keep.ts";

export const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

export const asking = (): Asking => ({ credentials: navigator.credentials, rpId: location.hostname, origin: location.origin });

/** Whether this browser has passkeys at all, on this address. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window && "credentials" in navigator && window.isSecureContext;
}

/** What the passkey says of itself where people manage their passkeys. */
const PASSKEY_NAME = "Freehold";

/** A new passkey for this installation; whether it can keep the key shows at its first use. */
export function makePasskey(known: readonly Passkey[]): Promise<Passkey> {
  return createPasskey(asking(), { name: PASSKEY_NAME, made: formatInstant(nowInSeconds()), known });
}

/** The key, by one of the passkeys that keep it. */
export async function openWithPasskey({ passkeys }: Keys): Promise<Uint8Array> {
  const wrapping = passkeys.filter(({ wrapped }) => wrapped !== undefined);
  return unwrapWith(wrapping, await askPasskey(asking(), wrapping, crypto.getRandomValues(new Uint8Array(32))));
}

export function openWithPassphrase({ passphrase }: Keys, words: string, progress?: (share: number) => void): Promise<Uint8Array> {
  if (passphrase === undefined) throw new FreeholdError("wrap_mismatch", "No passphrase was set here.");
  return unwrapWithPassphrase(passphrase, words, progress);
}

/** The keys, openable with a passphrase too. */
export async function addPassphrase(keys: Keys, seed: Uint8Array, words: string, progress?: (share: number) => void): Promise<Keys> {
  return { ...keys, passphrase: await wrapUnderPassphrase(seed, words, progress) };
}

/** What a passkey gave when the key was first kept under it. */
export interface FirstSecret {
  credentialId: Uint8Array;
  secret: Uint8Array;
}

/** The gesture over a batch; keeps the key under the passkey where that is new and can. `keys` and `first` say what became of it. */
export function gestureOf(before: Keys, seed: Uint8Array): { gesture: Signing["gesture"]; keys: () => Keys; first: () => FirstSecret | null } {
  let keys = before;
  let first: FirstSecret | null = null;
  return {
    gesture: async (challenge) => {
      if (keys.passkeys.length === 0) return null;
      const answer = await askPasskey(asking(), keys.passkeys, challenge);
      const { id, secret } = answer;
      if (secret !== null && keys.passkeys.some((one) => one.id === id && one.wrapped === undefined)) {
        keys = { ...keys, passkeys: keys.passkeys.map((one) => (one.id === id ? wrapFor(one, answer, seed) : one)) };
        first = { credentialId: fromBase64url(id), secret };
      }
      return answer.gesture;
    },
    keys: () => keys,
    first: () => first,
  };
}

/** A new passkey with the key kept under it: its making, and one gesture. Where it cannot keep the key, `first` is null. */
export async function addPasskey(keys: Keys, seed: Uint8Array): Promise<{ keys: Keys; first: FirstSecret | null }> {
  const made = await makePasskey(keys.passkeys);
  const answer = await askPasskey(asking(), [made], crypto.getRandomValues(new Uint8Array(32)));
  const passkey = answer.secret === null ? made : wrapFor(made, answer, seed);
  const first = answer.secret === null ? null : { credentialId: fromBase64url(answer.id), secret: answer.secret };
  return { keys: { ...keys, passkeys: [...keys.passkeys, passkey] }, first };
}

/** Whether the key can be opened here by something other than the recovery words. */
export function isKept({ passkeys, passphrase, demonstration, kit }: Keys): boolean {
  return passphrase !== undefined || demonstration === true || kit !== undefined || passkeys.some(({ wrapped }) => wrapped !== undefined);
}

const DEMONSTRATION = "freehold-demonstration-key";

/** A key for trying things out: it lies open in this tab, and is gone with it. */
export function makeDemonstrationKey(): Uint8Array {
  const seed = newSeed();
  sessionStorage.setItem(DEMONSTRATION, toHex(seed));
  return seed;
}

/** The demonstration key of this tab; undefined where it is gone. */
export function demonstrationKey(): Uint8Array | undefined {
  const kept = sessionStorage.getItem(DEMONSTRATION);
  return kept === null ? undefined : fromHex(kept, 32);
}

export function forgetDemonstrationKey(): void {
  sessionStorage.removeItem(DEMONSTRATION);
}
