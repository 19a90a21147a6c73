/** Receipts whose checkpoint, beacon, anchor or status is wrong. */
import { toHex } from "../../../protocol/src/bytes.ts";
import type { FreeholdErrorCode } from "../../../protocol/src/errors.ts";
import { formatVkey, makeNoteKey, TYPE_COSIGNATURE } from "../../../protocol/src/note.ts";
import type { ReceiptStep } from "../../../protocol/src/receipt.ts";
import { proveStatus } from "../../../protocol/src/status.ts";
import { bytesOf, createRegister } from "../../../protocol/testkit/register.ts";
import type { Published } from "../../../protocol/testkit/register.ts";
import { START, beaconOf, withdraw } from "../../../protocol/testkit/story.ts";
import type { Story } from "../../../protocol/testkit/story.ts";
import { ORIGIN, tell, receipt, invalid, reprove, unsigned, spoiled, flip, anchoring, anchorOf } from "./shared.ts";
import type { ReceiptVector, Change, Context } from "./shared.ts";

export function badCheckpoint(): Record<string, ReceiptVector> {
  const story = tell();
  const { note } = story.at;
  const under = (code: FreeholdErrorCode, description: string, policy: string) => invalid("checkpoint", code, description, story, () => ({}), { policy });
  const noted = (code: FreeholdErrorCode, description: string, checkpoint: string) =>
    invalid("checkpoint", code, description, story, (whole) => ({ proof: reprove(whole, { checkpoint }) }));
  const policy = story.register.policyText;
  const impostor = formatVkey(makeNoteKey("witness-1.example", bytesOf("impostor"), TYPE_COSIGNATURE).vkey);
  const changedWitness = JSON.stringify({
    ...(JSON.parse(policy) as object),
    tlog: (JSON.parse(policy) as { tlog: string }).tlog
      .replace(/^witness W1 .*$/m, `witness W1 ${impostor}`)
      .replace("group two-of-three 2", "group two-of-three 3"),
  });
  const split = tell({ register: createRegister(ORIGIN), record: { lock: toHex(bytesOf("another history")) } });
  return {
    "policy-of-another-register": under("policy_log_unknown", "the policy does not know the log", createRegister("other.example/log").policyText),
    "policy-with-another-key-of-the-log": under("note_signature_invalid", "a log of the same name", createRegister(ORIGIN, "impostor").policyText),
    "policy-with-another-key-of-a-witness": under("policy_quorum", "three of three, and one has another key", changedWitness),
    "quorum-not-satisfied": noted("policy_quorum", "one of three has cosigned", unsigned(note, "witness-1.example", "witness-3.example")),
    "checkpoint-without-cosignatures": noted(
      "policy_quorum",
      "signed by the log alone",
      unsigned(note, "witness-1.example", "witness-2.example", "witness-3.example"),
    ),
    "checkpoint-without-the-log": noted("note_signature_invalid", "cosigned, and not signed", unsigned(note, ORIGIN)),
    "checkpoint-with-a-spoiled-signature": noted("note_signature_invalid", "a bit of the log's signature", spoiled(note, ORIGIN)),
    "checkpoint-with-a-spoiled-cosignature": noted(
      "note_signature_invalid",
      "a line of a known witness is wrong, though two others are right",
      spoiled(note, "witness-3.example"),
    ),
    "checkpoint-of-another-size": noted("note_signature_invalid", "the size is signed", note.replace(/\n\d+\n/, `\n${story.at.size + 1}\n`)),
    "checkpoint-of-a-split-view": invalid("inclusion", "inclusion_invalid", "a checkpoint of the same size in which another record stands", story, (whole) => ({
      proof: reprove(whole, { checkpoint: split.at.note }),
    })),
  };
}

export function badBeacon(): Record<string, ReceiptVector> {
  const story = tell();
  const noted = (code: FreeholdErrorCode, description: string, checkpoint: string) =>
    invalid("beacon", code, description, story, ({ beacon }) => ({ beacon: { ...beacon, checkpoint } }));
  // A second history of the same log, cosigned by witnesses that collude.
  const fork = createRegister(ORIGIN);
  for (let i = 0; i < 20; i++) {
    fork.append({ kind: "record", commitment: bytesOf(`fork commitment ${i}`), lock: bytesOf(`fork lock ${i}`) });
    if (i === 2) fork.publish(START + 100);
  }
  const late = fork.publish(START + 120);
  const early = createRegister(ORIGIN);
  for (let i = 0; i < 3; i++) early.append({ kind: "record", commitment: bytesOf(`fork commitment ${i}`), lock: bytesOf(`fork lock ${i}`) });
  const forked = early.publish(START + 120);
  const naming = (published: Published): [Story, Change] => {
    const told = tell({ record: { beacon: beaconOf(fork, published) } });
    return [told, ({ beacon }) => ({ beacon: { ...beacon, checkpoint: published.note } })];
  };
  return {
    "beacon-later-than-the-entry": invalid("beacon", "receipt_beacon", "a record cannot have seen what was logged after it", ...naming(late)),
    "beacon-of-a-fork": invalid("beacon", "receipt_beacon", "a checkpoint of another history, which the witnesses cosigned too", ...naming(forked)),
    "beacon-note-of-another-checkpoint": noted("receipt_beacon", "the receipt's checkpoint in place of the beacon", story.at.note),
    "beacon-note-of-another-root": noted("receipt_beacon", "the same size in another history", forkOfSize(story.beacon.size).note),
    "beacon-without-quorum": noted("policy_quorum", "one of three has cosigned", unsigned(story.beacon.note, "witness-1.example", "witness-3.example")),
    "beacon-with-a-spoiled-signature": noted("note_signature_invalid", "a bit of the log's signature", spoiled(story.beacon.note, ORIGIN)),
    "beacon-with-a-path-too-short": invalid("beacon", "receipt_beacon", "a hash is missing", story, ({ beacon }) => ({
      beacon: { ...beacon, path: beacon.path.slice(1) },
    })),
    "beacon-with-a-path-too-long": invalid("beacon", "receipt_beacon", "a hash to spare", story, ({ beacon }) => ({
      beacon: { ...beacon, path: [...beacon.path, beacon.path[0]] },
    })),
    "beacon-path-bit": invalid("beacon", "receipt_beacon", "a bit of the consistency proof", story, ({ beacon }) => ({
      beacon: { ...beacon, path: beacon.path.map((hash, i) => (i === 0 ? flip(hash, 77) : hash)) },
    })),
  };
}

/** Another history of the log, published at this size. */
function forkOfSize(size: number): Published {
  const fork = createRegister(ORIGIN);
  while (fork.entries.length < size - 1) fork.append({ kind: "record", commitment: bytesOf(`fork ${fork.entries.length}`), lock: bytesOf("fork") });
  return fork.publish(START + 120);
}

export function badAnchor(): Record<string, ReceiptVector> {
  const story = tell();
  const policy = anchoring(story.register.policyText);
  const bad = (
    description: string,
    changes: object,
    context: Context = { policy },
    step: ReceiptStep = "anchor",
    code: FreeholdErrorCode = "anchor_mismatch",
  ) => invalid(step, code, description, story, (whole) => ({ anchor: { ...anchorOf(whole, story), ...changes } }), context);
  const { beacon } = story;
  return {
    "anchor-of-a-register-that-is-not-trusted": bad("anyone can anchor anything under an address of his own", { register: "00".repeat(20) }),
    "anchor-where-none-is-trusted": bad("the policy names no anchors", {}, {}),
    "anchor-before-the-entry": bad("the anchored tree does not hold the entry", {
      root: toHex(beacon.root),
      size: beacon.size,
      path: receipt(story).beacon.path,
    }),
    "anchor-of-another-root": bad("two roots for one size", { root: "0".repeat(64) }),
    "anchor-with-an-empty-header": bad(
      "an event is a header and a proof",
      { event: { header: "", log: 0, proof: ["80"], transaction: 0 } },
      { policy },
      "form",
      "receipt_malformed",
    ),
    "anchor-with-a-header-of-nothing": bad(
      "no header of a block",
      { event: { header: "c0", log: 0, proof: ["80"], transaction: 0 } },
      { policy },
      "anchor",
      "anchor_malformed",
    ),
  };
}

export function badStatus(): Record<string, ReceiptVector> {
  const story = tell();
  const bad = (description: string, told: Story, change: Change) => invalid("status", "status_mismatch", description, told, change);
  const clean = receipt(story).status;
  const sizeBefore = story.at.size - 1;
  const after = withdraw(story.register, story.secret);
  const ended = { ...story, at: after };
  const bits = new Uint8Array(32);
  return {
    "stale-status-under-a-new-checkpoint": bad("the whole clean status proof of the older checkpoint", ended, () => ({ status: clean })),
    "clean-status-of-an-older-checkpoint": bad("the older status entry is in the new tree, and proved there: it is not the last", ended, () => ({
      status: { ...clean, inclusion: story.register.inclusion(sizeBefore, after).map(toHex) },
    })),
    "clean-chunk-under-the-last-status": bad("the bit is cleared in the chunk alone", ended, ({ status }) => ({
      status: { ...status, chunk: "0".repeat(64) },
    })),
    "clean-status-that-nobody-logged": bad("chunk and root fit each other, and are in no entry", ended, ({ status }) => ({
      status: { ...proveStatus({ bits, size: after.size - 1, index: story.record.index, inclusion: [] }), inclusion: status.inclusion },
    })),
    "status-root-bit": bad("a bit of the root", ended, ({ status }) => ({ status: { ...status, root: flip(status.root, 1) } })),
    "status-with-a-path-too-long": bad("a tree of one chunk has no path", ended, ({ status }) => ({ status: { ...status, path: [status.root] } })),
    "status-without-inclusion": bad("the entry is not shown", ended, ({ status }) => ({ status: { ...status, inclusion: [] } })),
  };
}
