/** Asks the witnesses of a log for their cosignatures, and finds out from them whether this folder is older than what was published. */
import { verifyCosignatures } from "@freehold/protocol/cosignature";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatNote, parseNote } from "@freehold/protocol/note";
import type { NoteSignature } from "@freehold/protocol/note";
import { isSatisfied } from "@freehold/protocol/policy";
import type { Policy } from "@freehold/protocol/policy";
import { consistencyProofFromTiles } from "@freehold/protocol/tile";
import type { ReadTile } from "@freehold/protocol/tile";
import { formatAddCheckpoint, parseConflict, readCosignatures } from "@freehold/protocol/witness";
import type { Store } from "./store.ts";
import type { Witness } from "./witness.ts";

export interface CosigningParts {
  store: Store;
  policy: Policy;
  witnesses: readonly Witness[];
  readTile: ReadTile;
  now: () => number;
  warn: (message: string, cause: unknown) => void;
}

/** What a witness last said. */
export interface WitnessReport {
  name: string;
  independent: boolean;
  size: number;
  time: number;
  error: string | null;
}

export interface Cosigning {
  /** Set once a witness has shown that this folder is older than what was published: from then on nothing may be signed or taken. */
  readonly refusal: FreeholdError | null;
  /** To be called before anything is signed: shows the witnesses what was published last, once. Throws `rolled_back`. */
  refuseIfRolledBack(published: { note: string; size: number } | null): Promise<void>;
  /** Collects cosignatures for a signed checkpoint; `satisfied` where they are those that the policy asks for. Throws `rolled_back`. */
  cosign(signed: string, size: number): Promise<{ note: string; satisfied: boolean }>;
  report(): WitnessReport[];
}

/** `store` must be as it was found when the folder was opened. */
export function openCosigning({ store, policy, witnesses, readTile, now, warn }: CosigningParts): Cosigning {
  /** Size of the tree when the folder was opened. */
  const opened = store.size();
  const vkeys = policy.witnesses.map(({ vkey }) => vkey);
  const said = new Map<string, string | null>();
  let asked = false;
  let refusal: FreeholdError | null = null;

  /** A witness's cosignature lines; none where it does not answer, or refuses. */
  const ask = async (witness: Witness, signed: string, size: number): Promise<NoteSignature[]> => {
    try {
      const lines = await answerOf(witness, signed, size);
      store.putWitness(witness.name, { size, time: now() });
      said.set(witness.name, null);
      return lines;
    } catch (error) {
      said.set(witness.name, (error as Error).message);
      warn(`witness ${witness.name}`, error);
      return [];
    }
  };

  const answerOf = async (witness: Witness, signed: string, size: number): Promise<NoteSignature[]> => {
    const request = async (old: number) =>
      witness.add(formatAddCheckpoint({ old, proof: await consistencyProofFromTiles({ size1: old, size2: size, readTile }), checkpoint: signed }));
    let answer = await request(Math.min(store.witness(witness.name)?.size ?? 0, size));
    if (answer.status === 409) {
      const known = parseConflict(answer.body);
      // No more than this was ever signed from this folder. What has come in since it was opened does not count.
      const signable = Math.max(size, opened);
      if (known !== undefined && known > signable) throw (refusal = rolledBack(witness, known, signable));
      if (known !== undefined && known <= size) answer = await request(known);
    }
    if (answer.status !== 200)
      throw new FreeholdError("witness_refused", `The witness ${witness.name} answered ${answer.status}: ${answer.body.trim().slice(0, 200)}`);
    const lines = await readCosignatures(answer.body, parseNote(signed).text, vkeys);
    if (lines.length === 0 && witness.independent)
      throw new FreeholdError("witness_refused", `The witness ${witness.name} cosigned with no key that the policy names.`);
    return lines;
  };

  const askAll = async (signed: string, size: number): Promise<NoteSignature[]> => {
    const lines = await Promise.all(witnesses.map((witness) => ask(witness, signed, size)));
    if (refusal !== null) throw refusal;
    return lines.flat();
  };

  return {
    get refusal() {
      return refusal;
    },
    async refuseIfRolledBack(published) {
      if (refusal !== null) throw refusal;
      if (asked || published === null) return;
      await askAll(published.note, published.size);
      asked = true;
    },
    async cosign(signed, size) {
      const lines = await askAll(signed, size);
      const { text, signatures } = parseNote(signed);
      const note = formatNote({ text, signatures: [...signatures, ...lines] });
      const times = await verifyCosignatures(parseNote(note), vkeys);
      const names = policy.witnesses.filter(({ vkey }) => times.has(vkey)).map(({ name }) => name);
      const satisfied = isSatisfied(policy, names);
      if (!satisfied) warn(`the checkpoint of size ${size} is cosigned by ${names.join(", ") || "no witness"}: not enough to publish it`, undefined);
      return { note, satisfied };
    },
    report: () =>
      witnesses.map(({ name, independent }) => {
        const { size = 0, time = 0 } = store.witness(name) ?? {};
        return { name, independent, size, time, error: said.get(name) ?? null };
      }),
  };
}

function rolledBack(witness: Witness, known: number, signable: number): FreeholdError {
  return new FreeholdError(
    "rolled_back",
    `The witness ${witness.name} has cosigned a log of size ${known}, and this folder held ${signable}: it is older than what was published. Nothing is signed any more; restore the newest copy.`,
  );
}
