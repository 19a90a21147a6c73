/** One published state of the log with all that is needed to prove things in it, from whole static files: no request names an entry. */
import { equal, fromHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { WitnessedCheckpoint } from "@freehold/protocol/policy";
import { proveStatus, statusRoot } from "@freehold/protocol/status";
import type { StatusProof } from "@freehold/protocol/status";
import { consistencyProofFromTiles, inclusionProofFromTiles } from "@freehold/protocol/tile";
import { ask, expectStatus } from "./http.ts";
import { fetchCheckpoint, tileReader } from "./tiles.ts";
import type { Source } from "./tiles.ts";

/** A verified checkpoint, the bitmap of what has ended under it, and proofs made from the log's tiles. */
export interface Snapshot {
  note: string;
  checkpoint: WitnessedCheckpoint;
  inclusion: (index: number) => Promise<Uint8Array[]>;
  consistency: (size: number) => Promise<Uint8Array[]>;
  status: (index: number) => Promise<StatusProof>;
  isEnded: (index: number) => boolean;
}

const MAX_BITS = 134_217_728;
const ATTEMPTS = 8;

/**
 * Takes a snapshot of what the register publishes now. The bitmap is fetched whole, so that the register does not learn whose status is of interest.
 * Proofs are as good as the tiles: whoever uses one verifies it (`verifyReceipt` does).
 *
 * @throws `unavailable`; what `verifyCheckpoint` throws; `status_mismatch` where the bitmap is not the one that it is said to be.
 * @see spec/status.md; spec/register.md, "The log"
 * @example
 * ```ts
 * const snapshot = await takeSnapshot({ url, policy, fetch });
 * ```
 */
export async function takeSnapshot(source: Source): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    const { note, checkpoint } = await fetchCheckpoint(source);
    const { bits, size, root } = await fetchBits(source);
    // The two are fetched one after the other: a checkpoint may have come in between.
    if (size !== checkpoint.size - 1) {
      if (attempt < ATTEMPTS) continue;
      throw new FreeholdError("unavailable", "The register's checkpoint and its status do not come together.");
    }
    if (!equal(statusRoot(bits, size), root)) throw new FreeholdError("status_mismatch", "The bitmap that the register serves is not the one that it names.");
    const readTile = tileReader(source);
    const inclusion = (index: number) => inclusionProofFromTiles({ index, size: checkpoint.size, readTile });
    return {
      note,
      checkpoint,
      inclusion,
      consistency: (from) => consistencyProofFromTiles({ size1: from, size2: checkpoint.size, readTile }),
      status: async (index) => proveStatus({ bits, size, index, inclusion: await inclusion(size) }),
      isEnded: (index) => index < size && (bits[Math.floor(index / 8)]! & (1 << (index % 8))) !== 0,
    };
  }
}

async function fetchBits({ url, fetch, signal }: Source): Promise<{ bits: Uint8Array; size: number; root: Uint8Array }> {
  const at = `${url}/log/status/bits`;
  const { headers, body } = expectStatus(await ask(fetch, at, { max: MAX_BITS, signal, cache: "no-store" }), [200], at);
  const size = Number(headers.get("freehold-size") ?? Number.NaN);
  if (!Number.isSafeInteger(size) || size < 0) throw new FreeholdError("status_mismatch", "The register does not say how many entries its bitmap covers.");
  return { bits: body, size, root: fromHex(headers.get("freehold-root") ?? "", 32) };
}
