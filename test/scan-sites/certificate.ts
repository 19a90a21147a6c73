/** A self-signed certificate for the served test web, made anew for each run: just enough of X.509 for Chromium. */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  key: string;
  cert: string;
  /** SHA-256 of the public key in base64, as Chromium's `--ignore-certificate-errors-spki-list` takes it. */
  spkiHash: string;
}

const ECDSA_SHA256 = sequence(tlv(0x06, Buffer.from("2a8648ce3d040302", "hex")));

export function makeCertificate(name: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const subject = sequence(tlv(0x31, sequence(tlv(0x06, Buffer.from("550403", "hex")), tlv(0x0c, Buffer.from(name)))));
  const day = (at: number) =>
    tlv(
      0x17,
      Buffer.from(
        `${new Date(at)
          .toISOString()
          .replaceAll(/[-:T]|\.\d+/g, "")
          .slice(2, 14)}Z`,
      ),
    );
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_SHA256,
    subject,
    sequence(day(Date.now() - 86_400_000), day(Date.now() + 30 * 86_400_000)),
    subject,
    spki,
  );
  const der = sequence(body, ECDSA_SHA256, tlv(0x03, Buffer.concat([Buffer.of(0), sign("sha256", body, privateKey)])));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    spkiHash: createHash("sha256").update(spki).digest("base64"),
  };
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), value]);
}
