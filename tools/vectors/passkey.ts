/**
 * Vectors of spec/passkey.md. A path here is relative to spec/vectors. Those named `w3c` are facts of WebAuthn Level 3
 * and stand in spec/vectors only; they are read and returned as they are.
 */
import { createCipheriv, createHash, hkdfSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { p256 } from "@noble/curves/nist.js";
import { fromHex, toBase64url, toHex } from "../../protocol/src/bytes.ts";
import { rawToDer, toLowS } from "../../protocol/src/passkey.ts";

const folder = new URL("../../spec/vectors/", import.meta.url);
const N = p256.Point.Fn.ORDER;

const sha256 = (data: Uint8Array | string): Uint8Array => new Uint8Array(createHash("sha256").update(data).digest());
const sequence = (length: number, first = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (first + i) % 256);
const prefixed = (bytes: Uint8Array | string): Buffer => Buffer.concat([Buffer.of(Buffer.byteLength(bytes)), Buffer.from(bytes as Uint8Array)]);
const number = (value: bigint): string => value.toString(16).padStart(64, "0");

/** All vectors of this format, by path below spec/vectors. */
export function passkeyVectors(): Record<string, object> {
  return {
    ...byOthers(),
    ...assertions(),
    ...challenges(),
    ...signatures(),
    ...credentials(),
    ...wraps(),
  };
}

function byOthers(): Record<string, object> {
  const out: Record<string, object> = {};
  for (const kind of ["valid", "invalid"]) {
    for (const name of readdirSync(new URL(`passkey/${kind}/`, folder))) {
      if (name.includes("-w3c-")) out[`passkey/${kind}/${name}`] = JSON.parse(readFileSync(new URL(`passkey/${kind}/${name}`, folder), "utf8"));
    }
  }
  return out;
}

const secretKey = sequence(32, 1);
const publicKey = p256.getPublicKey(secretKey, false);
const challenge = sha256("a challenge");
const rpId = "freehold.example";
const origin = `https://${rpId}`;

interface Change {
  client?: Record<string, unknown>;
  clientText?: string;
  rpIdSigned?: string;
  flags?: number;
  more?: Uint8Array;
  cut?: number;
  expected?: object;
  spoil?: (signature: Uint8Array) => Uint8Array;
}

function assertion({ client, clientText, rpIdSigned = rpId, flags = 0x1d, more = new Uint8Array(0), cut, expected, spoil }: Change): object {
  const text =
    clientText ??
    JSON.stringify({
      type: "webauthn.get",
      challenge: toBase64url(challenge),
      origin,
      crossOrigin: false,
      ...client,
    });
  const authenticatorData = Buffer.concat([sha256(rpIdSigned), Buffer.of(flags, 0, 0, 0, 9), more]).subarray(0, cut);
  const signature = rawToDer(p256.sign(Buffer.concat([authenticatorData, sha256(text)]), secretKey));
  return {
    rpId,
    origins: [origin],
    userVerification: true,
    publicKey: toHex(publicKey),
    challenge: toHex(challenge),
    clientDataJSON: toHex(Buffer.from(text)),
    authenticatorData: toHex(authenticatorData),
    signature: toHex(spoil?.(signature) ?? signature),
    ...expected,
  };
}

function assertions(): Record<string, object> {
  const highS = (der: Uint8Array): Uint8Array => {
    const raw = p256.Signature.fromBytes(der, "der");
    return new p256.Signature(raw.r, N - raw.s).toBytes("der");
  };
  const extensions = fromHex("a16b686d61632d7365637265744101"); // {"hmac-secret": h'01'}
  const attested = Buffer.concat([sequence(16), Buffer.of(0, 4), sequence(4), cose(publicKey)]);
  const good: Record<string, Change> = {
    plain: {},
    "high-s": { spoil: highS },
    "sign-count-and-flags-ignored": { flags: 0x27 },
    "with-extensions": { flags: 0x9d, more: extensions },
    "without-cross-origin": { client: { crossOrigin: undefined } },
    "later-member": { client: { tokenBinding: { status: "supported" }, new: 1 } },
    "without-verification-where-allowed": { flags: 0x19, expected: { userVerification: false } },
  };
  const bad: Record<string, [Change, string]> = {
    "type-create": [{ client: { type: "webauthn.create" } }, "passkey_mismatch"],
    "challenge-other": [{ client: { challenge: toBase64url(sha256("another")) } }, "passkey_mismatch"],
    "challenge-padded": [{ client: { challenge: `${toBase64url(challenge)}=` } }, "passkey_mismatch"],
    "origin-other": [{ client: { origin: "https://freehold.example.evil.example" } }, "passkey_mismatch"],
    "origin-plain-http": [{ client: { origin: `http://${rpId}` } }, "passkey_mismatch"],
    "cross-origin": [{ client: { crossOrigin: true } }, "passkey_mismatch"],
    "top-origin-other": [
      {
        client: { crossOrigin: true, topOrigin: "https://evil.example" },
        expected: { topOrigins: ["https://good.example"] },
      },
      "passkey_mismatch",
    ],
    "top-origin-without-cross-origin": [
      {
        client: { topOrigin: "https://good.example" },
        expected: { topOrigins: ["https://good.example"] },
      },
      "passkey_malformed",
    ],
    "rp-id-other": [{ rpIdSigned: "evil.example" }, "passkey_mismatch"],
    "user-absent": [{ flags: 0x1c }, "passkey_mismatch"],
    "user-not-verified": [{ flags: 0x19 }, "passkey_mismatch"],
    "backed-up-but-not-eligible": [{ flags: 0x15 }, "passkey_malformed"],
    "attested-data": [{ flags: 0x5d, more: attested }, "passkey_malformed"],
    "bytes-after": [{ more: Uint8Array.of(0) }, "passkey_malformed"],
    "extensions-announced-and-missing": [{ flags: 0x9d }, "passkey_malformed"],
    "extensions-not-a-map": [{ flags: 0x9d, more: Uint8Array.of(0x80) }, "passkey_malformed"],
    "authenticator-data-short": [{ cut: 36 }, "passkey_malformed"],
    "client-data-not-json": [{ clientText: "{" }, "passkey_malformed"],
    "client-data-null": [{ clientText: "null" }, "passkey_malformed"],
    "client-data-byte-order-mark": [
      {
        clientText: `\ufeff{"type":"webauthn.get","challenge":"${toBase64url(challenge)}","origin":"${origin}"}`,
      },
      "passkey_malformed",
    ],
    "client-data-without-origin": [{ client: { origin: undefined } }, "passkey_malformed"],
    "cross-origin-a-text": [{ client: { crossOrigin: "false" } }, "passkey_malformed"],
    "signature-by-another-key": [{ expected: { publicKey: toHex(p256.getPublicKey(sequence(32, 9), false)) } }, "passkey_signature"],
    "signature-raw-not-der": [{ spoil: (der) => p256.Signature.fromBytes(der, "der").toBytes("compact") }, "passkey_malformed"],
    "signature-zero": [{ spoil: () => fromHex("3006020100020100") }, "passkey_signature"],
    "public-key-no-point": [{ expected: { publicKey: `04${number(1n)}${number(1n)}` } }, "passkey_malformed"],
    "public-key-compressed": [{ expected: { publicKey: toHex(p256.getPublicKey(secretKey, true)) } }, "passkey_malformed"],
  };
  return {
    ...named("valid/assertion", good, assertion),
    ...named("invalid/assertion", bad, ([change, code]) => ({ ...assertion(change), code })),
  };
}

function challenges(): Record<string, object> {
  const hash = (...parts: Uint8Array[]): Uint8Array => sha256(Buffer.concat(parts));
  const leaf = (text: string): Uint8Array => hash(Buffer.of(0), Buffer.from(text));
  const node = (left: Uint8Array, right: Uint8Array): Uint8Array => hash(Buffer.of(1), left, right);
  const [a, b, c] = ["eyJhIjoxfQ.e30.AA", "eyJhIjoxfQ.e30.AQ", "eyJhIjoxfQ.e30.Ag"] as const;
  const batches = {
    one: { documents: [a], root: leaf(a) },
    three: { documents: [a, b, c], root: node(node(leaf(a), leaf(b)), leaf(c)) },
  };
  return named("valid/challenge", batches, ({ documents, root }) => ({
    documents,
    challenge: toHex(hash(prefixed("freehold/batch/v1"), root)),
  }));
}

function signatures(): Record<string, object> {
  const good: Record<string, [bigint, bigint]> = {
    ordinary: [2n ** 250n + 5n, 2n ** 249n + 3n],
    "high-s": [2n ** 255n + 5n, N - 3n],
    "short-r": [127n, 2n ** 254n],
    "short-s-with-sign-byte": [2n ** 255n, 128n],
    ones: [1n, 1n],
  };
  const bad: Record<string, string> = {
    empty: "",
    "sequence-only": "3000",
    "set-not-sequence": "3106020101020101",
    "length-in-long-form": "308106020101020101",
    "length-too-small": "3005020101020101",
    "length-too-large": "3007020101020101",
    "bytes-after": "300602010102010100",
    "bytes-after-inside": "300702010102010100",
    "one-integer": "3003020101",
    "three-integers": "3009020101020101020101",
    negative: "3006020180020101",
    padded: "300702020001020101",
    "integer-empty": "30050200020101",
    "integer-of-33-bytes": `3026022101${"00".repeat(32)}020101`,
    "octets-not-integer": "3006040101020101",
    truncated: "3044022001",
    indefinite: "30800201010201010000",
  };
  return {
    ...named("valid/signature", good, ([r, s]) => {
      const raw = fromHex(number(r) + number(s));
      return {
        raw: toHex(raw),
        der: toHex(new p256.Signature(r, s).toBytes("der")),
        lowS: toHex(toLowS(raw)),
      };
    }),
    ...named("invalid/signature", bad, (der) => ({ der, code: "passkey_malformed" })),
  };
}

function cose(key: Uint8Array): Uint8Array {
  return Buffer.concat([fromHex("a5010203262001215820"), key.subarray(1, 33), fromHex("225820"), key.subarray(33)]);
}

function credentials(): Record<string, object> {
  const x = toHex(publicKey.subarray(1, 33));
  const y = toHex(publicKey.subarray(33));
  const bad: Record<string, string> = {
    empty: "",
    "order-of-members": `a5200101020326215820${x}225820${y}`,
    "algorithm-es384": `a501020338222001215820${x}225820${y}`,
    "algorithm-missing": `a401022001215820${x}225820${y}`,
    "curve-p384": `a5010203262002215820${x}225820${y}`,
    "key-type-okp": `a4010103272006215820${x}`,
    "y-as-sign": `a5010203262001215820${x}22f5`,
    "length-not-shortest": `a501020326200121590020${x}225820${y}`,
    "no-point": `a5010203262001215820${number(1n)}225820${number(1n)}`,
    "x-not-reduced": `a5010203262001215820${"ff".repeat(32)}225820${y}`,
    "bytes-after": `${toHex(cose(publicKey))}00`,
    short: toHex(cose(publicKey)).slice(0, -2),
  };
  return {
    "passkey/valid/credential-key.json": {
      cose: toHex(cose(publicKey)),
      publicKey: toHex(publicKey),
    },
    ...named("invalid/credential", bad, (hex) => ({ cose: hex, code: "passkey_malformed" })),
  };
}

function wraps(): Record<string, object> {
  const seed = sequence(32, 100);
  const wrap = (secret: Uint8Array, credentialId: Uint8Array): { secret: string; credentialId: string; wrapped: string; seed: string } => {
    const info = Buffer.concat([prefixed("freehold/wrap/v1"), prefixed(sha256(credentialId))]);
    const nonce = sequence(12, 200);
    const cipher = createCipheriv("aes-256-gcm", new Uint8Array(hkdfSync("sha256", secret, "freehold", info, 32)), nonce).setAAD(info);
    const wrapped = Buffer.concat([Buffer.of(1), nonce, cipher.update(seed), cipher.final(), cipher.getAuthTag()]);
    return {
      secret: toHex(secret),
      credentialId: toHex(credentialId),
      wrapped: toHex(wrapped),
      seed: toHex(seed),
    };
  };
  const good = {
    "short-id": wrap(sequence(32), sequence(16)),
    "longest-id": wrap(sequence(32, 50), sequence(1023)),
  };
  const { seed: _, ...base } = good["short-id"];
  const bad: Record<string, [object, string]> = {
    empty: [{ wrapped: "" }, "wrap_malformed"],
    short: [{ wrapped: base.wrapped.slice(0, -2) }, "wrap_malformed"],
    long: [{ wrapped: `${base.wrapped}00` }, "wrap_malformed"],
    "version-0": [{ wrapped: `00${base.wrapped.slice(2)}` }, "wrap_malformed"],
    "version-2": [{ wrapped: `02${base.wrapped.slice(2)}` }, "wrap_malformed"],
    "nonce-changed": [{ wrapped: `0100${base.wrapped.slice(4)}` }, "wrap_mismatch"],
    "tag-changed": [{ wrapped: `${base.wrapped.slice(0, -2)}00` }, "wrap_mismatch"],
    "another-secret": [{ secret: toHex(sequence(32, 1)) }, "wrap_mismatch"],
    "another-credential": [{ credentialId: toHex(sequence(16, 1)) }, "wrap_mismatch"],
  };
  return {
    "passkey/valid/prf-input.json": { input: toHex(sha256(prefixed("freehold/prf/v1"))) },
    ...named("valid/wrap", good, (vector) => vector),
    ...named("invalid/wrap", bad, ([change, code]) => ({ ...base, ...change, code })),
  };
}

function named<T>(prefix: string, entries: Record<string, T>, make: (entry: T) => object): Record<string, object> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [`passkey/${prefix}-${name}.json`, make(entry)]));
}
