/** From what she wants to say to the exact texts that she will sign. Nothing is signed here, and nothing leaves the device. */
import { canonicalize } from "@freehold/protocol/canonical";
import type { JsonValue } from "@freehold/protocol/canonical";
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import { lockSecret } from "@freehold/protocol/keys";
import { lockOf } from "@freehold/protocol/lock";
import { decodeDocument, verifyFits } from "@freehold/protocol/offer";
import { classOf, parseRecord } from "@freehold/protocol/record";
import type { Record } from "@freehold/protocol/record";
import { seconds } from "@freehold/protocol/shape";
import { beaconOf } from "./book.ts";
import { mayUnder } from "./guardian.ts";
import type { Capability } from "./guardian.ts";
import type { LogState } from "./log-reader.ts";
import { overlapsWith } from "./overlap.ts";
import type { Book, Draft, Item } from "./schema.ts";

/** A record as it will be signed, and what she must be shown with it. */
export interface Prepared {
  draft: Draft;
  record: Record;
  path: { device: number; counter: number };
  /** The note of the record's beacon. */
  beacon: string;
  /** Her own decisions towards this company that concern the same, newest first. */
  overlaps: Item[];
}

export interface Preparing {
  book: Book;
  log: LogState;
  seed: Uint8Array;
  drafts: readonly Draft[];
  /** The client's clock, in seconds. */
  now: number;
  /** Where somebody acts for somebody else: what he may (spec/guardian.md). */
  capability?: Capability;
}

/**
 * Makes records of drafts: the beacon of what was read, a lock of its own for each, all checked by the rules of the format. The book is not changed:
 * what is given up here uses no counter.
 *
 * @throws `records_missing`, `unavailable` (no beacon, see `beaconOf`); `record_malformed`; `receipt_offer` for a grant that does not fit its offer,
 *   has none, or comes too late for it; `offer_malformed`; `guardian_refused`; `seed_malformed`.
 * @see spec/record.md; spec/offer.md
 * @example
 * ```ts
 * const prepared = prepare({ book, log, seed, drafts: [{ act: "dpv:ConsentRefused", controller }], now: Date.now() / 1000 });
 * ```
 */
export function prepare({ book, log, seed, drafts, now, capability }: Preparing): Prepared[] {
  const { beacon, note, witnessedTime } = beaconOf(book, log);
  return drafts.map((draft, i) => {
    if (capability !== undefined && !mayUnder(capability, draft, now))
      throw new FreeholdError(
        "guardian_refused",
        "Who acts for somebody else may refuse, withdraw and ask for that person, within what was allowed and until it ends, and never allow.",
      );
    const path = { device: book.device, counter: book.counter + i };
    const lock = toHex(lockOf(lockSecret(seed, { origin: log.origin, ...path })));
    const record = recordOf(draft, beacon, lock);
    if (draft.offer !== undefined) fitOffer(record, draft.offer, { beaconTime: witnessedTime, now });
    return { draft, record, path, beacon: note, overlaps: overlapsWith(book.items, draft) };
  });
}

function recordOf({ act, controller, processes, offer, letter, expires }: Draft, beacon: Record["beacon"], lock: string): Record {
  if (classOf(act) === "grant" && offer === undefined)
    throw new FreeholdError("receipt_offer", "Allowing is the answer to an offer of the company's own; there is none.");
  const record = {
    "@context": "urn:freehold:record:1",
    act,
    beacon,
    controller,
    lock,
    ...(expires !== undefined && { expires }),
    ...(letter !== undefined && { letter }),
    ...(offer !== undefined && { offer: hashOf(offer) }),
    ...(processes !== undefined && { processes }),
  };
  return parseRecord(record as unknown as JsonValue);
}

function fitOffer(record: Record, offerJws: string, { beaconTime, now }: { beaconTime: number | null; now: number }): void {
  const { document: offer } = decodeDocument("freehold-offer+jws", offerJws);
  verifyFits(record, { offerJws, offer, beaconTime });
  if (classOf(record.act) === "grant" && now >= seconds(offer.expires))
    throw new FreeholdError("receipt_offer", `The offer expired at ${offer.expires}: ask the company for a new one.`);
}

/** The exact text that is signed, as RFC 8785 has it; `indented` for reading. */
export function textOf({ record }: Pick<Prepared, "record">, indented = false): string {
  return indented ? JSON.stringify(record, null, 2) : canonicalize(record);
}
