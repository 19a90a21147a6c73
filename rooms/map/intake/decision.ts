/** What an editor decides: that two records are of one organisation, or are not (spec/practice.md). Published with the map's records. */
import { createHash } from "node:crypto";
import { fromHex, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { derive } from "../store/derive.ts";
import type { Report } from "../store/derive.ts";
import type { Signer } from "./signer.ts";
import type { MapStore } from "../store.ts";

export interface Decision {
  decision: "same" | "different";
  /** Hexadecimal hashes of the two records. */
  records: readonly [string, string];
  /** At most 500 characters; it names no person. */
  reason: string;
}

export interface DecideOptions {
  signer: Signer;
  /** The origin of the register. */
  author: string;
  /** Instant. */
  at: string;
  report?: Report;
}

/** Signs a decision, stores it and joins anew. Returns the hash of its publication. Throws `record_unknown`, `argument_invalid`. */
export function decide(store: MapStore, { decision, records, reason }: Decision, { signer, author, at, report }: DecideOptions): string {
  if (reason === "" || reason.length > 500) throw new FreeholdError("argument_invalid", "The reason of a decision has 1 to 500 characters.");
  if (records[0] === records[1]) throw new FreeholdError("argument_invalid", "A decision is about two records; these are one.");
  return store.transaction(() => {
    for (const sha256 of records)
      if (!/^[0-9a-f]{64}$/.test(sha256) || store.basis.recordId(fromHex(sha256)) == null)
        throw new FreeholdError(
          "record_unknown",
          `The map has no record ${sha256}. A hash has 64 hexadecimal digits, in lower case, and stands on the page of an organisation.`,
        );
    const pair = [...records].sort() as [string, string];
    const before = store.basis.decisions().find((one) => one.records.join() === pair.join());
    const document = utf8(
      signer.sign({
        "@context": "urn:freehold:publication:1",
        author,
        body: { decision, reason, records: pair },
        issued: at,
        ...(before && { predecessor: before.publication }),
        type: "join",
      }),
    );
    const publication = createHash("sha256").update(document).digest();
    store.basis.putDecision({ at, decision, a: fromHex(pair[0]), b: fromHex(pair[1]), reason, publication, document });
    derive(store, { today: at.slice(0, 10), ...(report && { report }) });
    return toHex(publication);
  });
}
