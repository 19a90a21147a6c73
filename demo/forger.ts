/**
 * What somebody can do who has the shop's keys, the protocol's library and bad intentions: he invents people, signs, logs, and puts receipts together, past the SDK.
 * The same code plays the person who comes through the front door, because that is what an inventor of people would do.
 */
import { randomBytes } from "node:crypto";
import { fromHex, fromUtf8, toHex } from "@freehold/protocol/bytes";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import { commit, newOpening } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { lockOf } from "@freehold/protocol/lock";
import { parseNote } from "@freehold/protocol/note";
import { formatProof } from "@freehold/protocol/proof";
import { formatReceipt } from "@freehold/protocol/receipt";
import type { Receipt } from "@freehold/protocol/receipt";
import type { Act, Process, Record } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk, signDocument, signRecord } from "@freehold/protocol/sign";
import type { Binding } from "@freehold/protocol/offer";
import type { StatusProof } from "@freehold/protocol/status";
import { TILE_WIDTH, consistencyProofFromTiles, inclusionProofFromTiles, tilePath } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import type { Sealed } from "@freehold/sdk/answers";
import { ask, membersOf } from "@freehold/sdk/http";
import { expectOk, submitEntries } from "@freehold/sdk/log-client";
import type { Submitted } from "@freehold/sdk/log-client";
import type { Reception } from "@freehold/sdk/reception";
import type { Company } from "./company.ts";
import { NAME } from "./company.ts";

/** A private document and what opens its entry. */
export interface SealedRecord {
  jws: string;
  key: Jwk;
  opening: string;
  entry: Uint8Array;
  index: number;
  /** The note of its beacon. */
  beacon: string;
  offer?: string;
  /** Opens its lock. */
  secret: Uint8Array;
}

export interface Forger {
  /** Signs a record with a key, for the shop; nothing is logged. */
  signRecord(input: { key: Uint8Array; act: Act; processes: readonly Process[]; offer?: string }): Promise<Omit<SealedRecord, "index">>;
  /** Logs an entry; its index. Throws with what the register says. */
  log(entry: Uint8Array): Promise<number>;
  submit(entry: Uint8Array): Promise<Submitted>;
  /** The receipt of a record under the newest checkpoint. */
  receipt(record: SealedRecord, parts?: { binding?: Sealed; acknowledgements?: Sealed[] }): Promise<Receipt>;
  /** A binding by the shop's own key, without asking the SDK; logged. */
  bind(binding: Pick<Binding, "account" | "kid">): Promise<Sealed>;
  /** Somebody new of the shop's invention who decides through the front door: offer, signature, log, delivery, acknowledgement. */
  invent(act: Act, offered: Process): Promise<Invented>;
}

export interface Invented {
  subject: string;
  key: Uint8Array;
  record: SealedRecord;
  /** Her own receipt, with the shop's binding and acknowledgement. */
  receipt: Receipt;
  offer: string;
}

const YEAR = 31_557_600;

export function createForger({ reception, company }: { reception: Reception; company: Company }): Forger {
  const { parts } = reception.desk;
  const { register, fetch, controller, keys } = parts;
  const party = { id: controller, name: NAME };
  const get = async (path: string, max = 2 ** 20) => expectOk(await ask(fetch, `${register}${path}`, { max }), register).body;
  const sealedBy = (jws: string, lock: Uint8Array) => {
    const opening = newOpening();
    return { opening: toHex(opening), entry: encodeEntry({ kind: "record", commitment: commit(jws, opening), lock }) };
  };
  const readTile = async (tile: Tile): Promise<Uint8Array> => {
    const answer = await ask(fetch, `${register}/log/${tilePath(tile)}`, { max: 32 * TILE_WIDTH });
    const whole = answer.status === 404 ? await ask(fetch, `${register}/log/${tilePath({ ...tile, width: TILE_WIDTH })}`, { max: 32 * TILE_WIDTH }) : answer;
    return expectOk(whole, register).body.subarray(0, 32 * tile.width);
  };
  const submit = async (entry: Uint8Array): Promise<Submitted> => (await submitEntries(parts, [entry]))[0]!;
  const log = async (entry: Uint8Array): Promise<number> => {
    const result = await submit(entry);
    if ("refused" in result) throw new FreeholdError(result.refused, result.detail);
    return result.index;
  };

  const forger: Forger = {
    submit,
    log,
    async signRecord({ key, act, processes, offer }) {
      const beacon = fromUtf8(await get("/log/checkpoint"));
      const { origin, size, root } = parseCheckpoint(parseNote(beacon).text);
      const secret = new Uint8Array(randomBytes(32));
      const record: Record = {
        "@context": "urn:freehold:record:1",
        act,
        beacon: { origin, root: toHex(root), size },
        controller: party,
        lock: toHex(lockOf(secret)),
        processes,
        ...(offer !== undefined && { offer: hashOf(offer) }),
        ...(act === "dpv:ConsentGiven" && { expires: formatInstant(Math.floor(Date.now() / 1000) + YEAR) }),
      };
      const jws = signRecord(record, key);
      return { jws, key: { ...publicJwk(key) }, beacon, secret, ...(offer !== undefined && { offer }), ...sealedBy(jws, lockOf(secret)) };
    },
    async receipt({ jws, key, opening, entry, index, beacon, offer }, { binding, acknowledgements } = {}) {
      const { checkpoint, status } = membersOf(await get(`/log/status/${index}`)) as { checkpoint: string; status: StatusProof };
      const { size } = parseCheckpoint(parseNote(checkpoint).text);
      const inclusion = async (at: number) => inclusionProofFromTiles({ index: at, size, readTile });
      const again = async (sealed: Sealed): Promise<Sealed> => ({ ...sealed, path: (await inclusion(sealed.index)).map(toHex) });
      const { claim } = await company.whenJoined;
      const from = parseCheckpoint(parseNote(beacon).text).size;
      return {
        "@context": "urn:freehold:receipt:1",
        beacon: { checkpoint: beacon, path: (await consistencyProofFromTiles({ size1: from, size2: size, readTile })).map(toHex) },
        claims: [{ document: reception.claim, index: claim.index, path: (await inclusion(claim.index)).map(toHex) }],
        entry: toHex(entry),
        key,
        opening,
        proof: formatProof({ index, hashes: await inclusion(index), checkpoint }),
        record: jws,
        status,
        ...(offer !== undefined && { offer }),
        ...(binding && { binding: await again(binding) }),
        ...(acknowledgements && { acknowledgements: await Promise.all(acknowledgements.map(again)) }),
      };
    },
    async bind({ account, kid }) {
      const lock = toHex(lockOf(randomBytes(32)));
      const binding: Binding = {
        "@context": "urn:freehold:binding:1",
        account,
        controller: party,
        issued: formatInstant(Math.floor(Date.now() / 1000)),
        kid,
        lock,
      };
      const jws = signDocument("freehold-binding+jws", binding, keys.signing);
      const { opening, entry } = sealedBy(jws, fromHex(lock));
      return { entry: toHex(entry), index: await log(entry), jws, opening, path: [] };
    },
    async invent(act, offered) {
      // A refusal is of the purpose, with whichever data.
      const processes: Process[] = act === "dpv:ConsentGiven" ? [offered] : [{ purposes: offered.purposes! }];
      const subject = `invented-${randomBytes(4).toString("hex")}`;
      const key = new Uint8Array(randomBytes(32));
      const { notice } = await company.whenJoined;
      const { offer, link } = await reception.offer({ processes: [offered], notice: notice.sha256, language: "en", subject, returnTo: `${controller}/cheats` });
      const reference = new URLSearchParams(new URL(link).hash.slice(1)).get("reference")!;
      const signed = await forger.signRecord({ key, act, processes, offer });
      const record: SealedRecord = { ...signed, index: await log(signed.entry) };
      const delivery = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt: await forger.receipt(record), reference });
      let received = await reception.receive(delivery);
      for (let tries = 0; received.acknowledgement === undefined || received.binding === undefined; tries++) {
        if (tries === 10) throw new FreeholdError("unavailable", "The register does not publish the shop's answer.");
        await reception.flush();
        await new Promise((resolve) => setTimeout(resolve, 200));
        received = (await reception.answerTo(received.record))!;
      }
      const receipt = await forger.receipt(record, { binding: received.binding, acknowledgements: [received.acknowledgement] });
      return { subject, key, record, receipt, offer };
    },
  };
  return forger;
}

/** The text of a receipt, as verifiers read it. */
export function textOf(receipt: Receipt): string {
  return formatReceipt(receipt);
}
