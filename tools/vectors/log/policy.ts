/** Vectors of policies, of checkpoints under them, and of proofs. */
import { bigEndian, concat, toBase64, toHex, utf8 } from "../../../protocol/src/bytes.ts";
import { cosign } from "../../../protocol/src/cosignature.ts";
import { inclusionProof } from "../../../protocol/src/merkle.ts";
import { formatNote, makeNoteKey, parseNote, signNote, TYPE_COSIGNATURE } from "../../../protocol/src/note.ts";
import { formatProof } from "../../../protocol/src/proof.ts";
import { seed, log, rotated, w1, w2, w3, vkey, T, entries, leaves, root, checkpointText, signed, spoil, twoOfThree } from "./shared.ts";

export function policyVectors() {
  const threeWitnesses = `witness W1 ${vkey(w1)}\nwitness W2 ${vkey(w2)}\nwitness W3 ${vkey(w3)}\n`;
  const at = (times: Record<string, number>) => Object.entries(times).map(([name, time]) => ({ name, time }));
  const time = (description: string, text: string, times: Record<string, number>, witnessedTime: number | null | "unsatisfied") => ({
    description,
    policy: text,
    cosignatures: at(times),
    expect: { satisfied: witnessedTime !== "unsatisfied", witnessedTime },
  });
  const verify = (description: string, text: string, note: string, size: number, times: Record<string, number>, witnessedTime: number | null) => ({
    description,
    policy: text,
    note,
    expect: { origin: log.vkey.name, size, root: toHex(root(size)), cosignatures: at(times), witnessedTime },
  });
  const refuse = (description: string, text: string) => ({ description, policy: text, code: "policy_malformed" });
  const reject = (description: string, note: string, code: string, text = twoOfThree) => ({ description, policy: text, note, code });
  const both = signed(7, [
    [w1, T],
    [w2, T + 60],
  ]);
  const other = formatNote({ text: parseNote(both).text, signatures: parseNote(both).signatures.slice(1) });
  const late = { ...cosign(checkpointText(7), w1, T) };
  const tooLate = concat(bigEndian(2 ** 21, 4), new Uint8Array(4), late.signature.subarray(8));
  return {
    valid: {
      "quorum-none": time("No witness is needed, and no time is witnessed.", "quorum none\n", {}, null),
      "quorum-none-with-witness": time("A cosignature that nobody asks for witnesses no time.", `${threeWitnesses}quorum none\n`, { W1: T }, null),
      "one-witness": time("The quorum is a witness.", `${threeWitnesses}quorum W2\n`, { W1: T + 5, W2: T }, T),
      "one-witness-missing": time("The quorum is a witness that did not cosign.", `${threeWitnesses}quorum W2\n`, { W1: T }, "unsatisfied"),
      "two-of-three": time("The second latest of three.", twoOfThree, { W1: T, W2: T + 60, W3: T + 30 }, T + 30),
      "two-of-three-with-one": time("One of three is not enough.", twoOfThree, { W2: T }, "unsatisfied"),
      any: time("The latest of all.", `${threeWitnesses}group g any W1 W2 W3\nquorum g\n`, { W1: T, W3: T + 9 }, T + 9),
      all: time("The earliest of all.", `${threeWitnesses}group g all W1 W2 W3\nquorum g\n`, { W1: T, W2: T + 1, W3: T + 9 }, T),
      "groups-of-groups": time(
        "Any of two, and the third.",
        `${threeWitnesses}group x any W1 W2\ngroup y all x W3\nquorum y\n`,
        { W1: T, W2: T + 40, W3: T + 20 },
        T + 20,
      ),
      "one-liar-in-the-future": time("One witness of three cannot move the time alone.", twoOfThree, { W1: T, W2: T + 10, W3: T + 1_000_000_000 }, T + 10),
      "unknown-names-ignored": time("A cosigner that the policy does not name counts for nothing.", `${threeWitnesses}quorum W1\n`, { W1: T, X: T + 9 }, T),
      "tabs-and-blank-lines": time("White space is space and tab.", `\n \t# comment\n\t witness\t\tW1  ${vkey(w1)}\t \n\nquorum W1\n`, { W1: T }, T),
      "quorum-before-logs": time("Only what a quorum names must stand above it.", `quorum none\nlog ${vkey(log)}\n`, {}, null),
      "names-beyond-ascii": time(
        "Names are compared as bytes: K and the Kelvin sign differ.",
        `witness K ${vkey(w1)}\nwitness \u212a ${vkey(w2)}\nquorum \u212a\n`,
        { K: T, "\u212a": T + 1 },
        T + 1,
      ),
      "group-named-all": time("Words of the syntax may be names.", `${threeWitnesses}group all any W1\nquorum all\n`, { W1: T }, T),
      "checkpoint-two-of-three": verify("A checkpoint with two cosignatures.", twoOfThree, both, 7, { W1: T, W2: T + 60 }, T),
      "checkpoint-without-witnesses": verify("A policy without witnesses.", `log ${vkey(log)}\nquorum none\n`, both, 7, {}, null),
      "checkpoint-cosigned-anew": verify(
        "The later cosignature of a witness counts.",
        twoOfThree,
        signed(7, [
          [w1, T],
          [w2, T + 60],
          [w1, T + 120],
        ]),
        7,
        { W1: T + 120, W2: T + 60 },
        T + 60,
      ),
      "checkpoint-of-rotated-key": verify(
        "Two keys of one log; one of them signed.",
        `log ${vkey(rotated)}\nlog ${vkey(log)}\nquorum none\n`,
        both,
        7,
        {},
        null,
      ),
      "checkpoint-with-unknown-witness": verify(
        "A cosignature that the policy does not know is ignored.",
        `log ${vkey(log)}\nwitness W2 ${vkey(w2)}\nquorum W2\n`,
        both,
        7,
        { W2: T + 60 },
        T + 60,
      ),
    },
    invalid: {
      empty: refuse("Nothing at all.", ""),
      "without-quorum": refuse("A policy has a quorum.", threeWitnesses),
      "two-quorums": refuse("A policy has one quorum.", "quorum none\nquorum none\n"),
      "quorum-undefined": refuse("The quorum names nothing above.", "quorum W1\n"),
      "quorum-defined-below": refuse("The quorum is named before it is defined.", `quorum W1\n${threeWitnesses}`),
      "quorum-of-two-names": refuse("One name.", `${threeWitnesses}quorum W1 W2\n`),
      "quorum-without-name": refuse("One name.", "quorum\n"),
      "last-line-without-newline": refuse("A cut text could name another quorum.", "quorum none"),
      "carriage-returns": refuse("The only control characters are tab and newline.", "quorum none\r\n"),
      "delete-character": refuse("U+007F is a control character.", "# \u007f\nquorum none\n"),
      "keyword-unknown": refuse("No such line.", "logs\nquorum none\n"),
      "keyword-in-capitals": refuse("Keywords are in lower case.", "Quorum none\n"),
      "log-without-key": refuse("A log has a key.", "log\nquorum none\n"),
      "log-with-three-items": refuse("A log has a key and a URL, no more.", `log ${vkey(log)} https://a https://b\nquorum none\n`),
      "log-twice": refuse("The same public key twice.", `log ${vkey(log)}\nlog ${vkey(log)}\nquorum none\n`),
      "log-twice-under-other-name": refuse(
        "The same public key twice, under two names.",
        `log ${vkey(log)}\nlog ${vkey(makeNoteKey("other.example", seed(1)))}\nquorum none\n`,
      ),
      "log-with-witness-key": refuse("A log's key has type 0x01.", `log ${vkey(w1)}\nquorum none\n`),
      "log-key-malformed": refuse("The key id is wrong.", `log ${vkey(log).replace(log.vkey.keyId, "00000000")}\nquorum none\n`),
      "witness-without-name": refuse("A witness has a name and a key.", `witness ${vkey(w1)}\nquorum none\n`),
      "witness-named-none": refuse("The name none is taken.", `witness none ${vkey(w1)}\nquorum none\n`),
      "witness-twice": refuse("The same public key under two names would count twice.", `witness W1 ${vkey(w1)}\nwitness W2 ${vkey(w1)}\nquorum W1\n`),
      "witness-name-twice": refuse("A name stands for one thing.", `witness W1 ${vkey(w1)}\nwitness W1 ${vkey(w2)}\nquorum W1\n`),
      "witness-with-log-key": refuse("A witness's key has type 0x04.", `witness W1 ${vkey(log)}\nquorum W1\n`),
      "group-without-members": refuse("A group has a member.", `${threeWitnesses}group g any\nquorum g\n`),
      "group-of-unknown": refuse("A member stands above.", `${threeWitnesses}group g any W4\nquorum g\n`),
      "group-of-itself": refuse("A member stands above.", `${threeWitnesses}group g any g\nquorum g\n`),
      "group-with-none": refuse("None is no member.", `${threeWitnesses}group g any none\nquorum g\n`),
      "group-member-twice": refuse("A member counts once.", `${threeWitnesses}group g 2 W1 W1\nquorum g\n`),
      "member-of-two-groups": refuse("A name is a member of one group only.", `${threeWitnesses}group x any W1\ngroup y any W1\nquorum y\n`),
      "group-named-as-witness": refuse("Witnesses and groups share their names.", `${threeWitnesses}group W1 any W2\nquorum W1\n`),
      "threshold-0": refuse("At least 1.", `${threeWitnesses}group g 0 W1\nquorum g\n`),
      "threshold-above-members": refuse("At most all.", `${threeWitnesses}group g 3 W1 W2\nquorum g\n`),
      "threshold-with-leading-zero": refuse("Decimal without leading zeroes.", `${threeWitnesses}group g 01 W1\nquorum g\n`),
      "threshold-most": refuse("all, any or a number.", `${threeWitnesses}group g most W1\nquorum g\n`),
      "checkpoint-of-unknown-log": reject("The origin is not named.", signed(7), "policy_log_unknown", "quorum none\n"),
      "checkpoint-not-signed-by-log": reject("Witnesses alone do not make a checkpoint.", other, "note_signature_invalid"),
      "checkpoint-signed-by-other-key": reject(
        "The log's name, a key that the policy does not know.",
        signNote(checkpointText(7), [rotated]),
        "note_signature_invalid",
      ),
      "checkpoint-signature-wrong": reject("The log's signature is wrong.", spoil(both, 0), "note_signature_invalid"),
      "cosignature-wrong": reject(
        "A known witness's line is wrong, though two others are right.",
        spoil(
          signed(7, [
            [w1, T],
            [w2, T],
            [w3, T],
          ]),
          3,
        ),
        "note_signature_invalid",
      ),
      "cosignature-time-changed": reject(
        "The time is part of what is signed.",
        formatNote({
          text: checkpointText(7),
          signatures: [
            ...parseNote(both).signatures.slice(0, 2),
            { ...late, ...w2.vkey, signature: concat(bigEndian(T + 1, 8), cosign(checkpointText(7), w2, T).signature.subarray(8)) },
          ],
        }),
        "note_signature_invalid",
      ),
      "cosignature-time-above-2-53": reject(
        "The time is above 2^53-1.",
        formatNote({ text: checkpointText(7), signatures: [...parseNote(both).signatures, { ...late, signature: tooLate }] }),
        "note_signature_invalid",
      ),
      "cosignature-without-time": reject(
        "64 bytes instead of 72.",
        formatNote({ text: checkpointText(7), signatures: [...parseNote(both).signatures, { ...late, signature: late.signature.subarray(8) }] }),
        "note_signature_invalid",
      ),
      "cosignature-of-other-checkpoint": reject(
        "The witness cosigned another tree.",
        formatNote({ text: checkpointText(7), signatures: [...parseNote(both).signatures.slice(0, 2), cosign(checkpointText(6), w2, T)] }),
        "note_signature_invalid",
      ),
      "quorum-not-reached": reject("One of three; two are needed.", signed(7, [[w1, T]]), "policy_quorum"),
      "quorum-one-witness-twice": reject(
        "One witness, twice, is one.",
        signed(7, [
          [w1, T],
          [w1, T + 1],
        ]),
        "policy_quorum",
      ),
      "quorum-by-name-only": reject(
        "Another key with the name of a witness is unknown.",
        signed(7, [
          [w1, T],
          [makeNoteKey(w2.vkey.name, seed(9), TYPE_COSIGNATURE), T],
        ]),
        "policy_quorum",
      ),
      "checkpoint-with-extension-line": reject("Signed, but no checkpoint of ours.", signNote(`${checkpointText(7)}more\n`, [log]), "checkpoint_malformed"),
    },
  };
}

export function proofVectors() {
  const note = signed(7, [
    [w1, T],
    [w2, T + 60],
  ]);
  const hashes = inclusionProof(leaves.slice(0, 7), 5);
  const text = formatProof({ index: 5, hashes, checkpoint: note });
  const alone = formatProof({
    index: 0,
    hashes: [],
    checkpoint: signed(1, [
      [w1, T],
      [w3, T + 1],
    ]),
  });
  const ok = (description: string, index: number, size: number, proof: string, extra?: Uint8Array) => ({
    description,
    proof,
    policy: twoOfThree,
    entry: toHex(entries[index]!),
    expect: { index, size, root: toHex(root(size)), witnessedTime: T, ...(extra === undefined ? {} : { extra: toHex(extra) }) },
  });
  const refuse = (description: string, proof: string, code = "proof_malformed", entry = entries[5]!) => ({
    description,
    proof,
    policy: twoOfThree,
    entry: toHex(entry),
    code,
  });
  const [first, second] = hashes.map(toBase64) as [string, string];
  const extra = utf8("hint");
  return {
    valid: {
      "entry-5-of-7": ok("An entry in a tree of seven, cosigned by two of three witnesses.", 5, 7, text),
      "only-entry": ok("The only entry of a tree has a proof without hashes.", 0, 1, alone),
      "with-extra": ok("The extra line is read, and proves nothing.", 5, 7, formatProof({ index: 5, hashes, checkpoint: note, extra }), extra),
    },
    invalid: {
      "header-of-other-version": refuse("The first line is that of version 1.", text.replace("@v1", "@v2")),
      "header-missing": refuse("The first line is missing.", text.slice(text.indexOf("\n") + 1)),
      "index-missing": refuse("A line index is needed.", text.replace("index 5\n", "")),
      "index-with-leading-zero": refuse("No leading zeroes.", text.replace("index 5", "index 05")),
      "index-above-2-53": refuse("Above 2^53-1.", text.replace("index 5", "index 9007199254740992")),
      "index-negative": refuse("Digits only.", text.replace("index 5", "index -1")),
      "index-before-extra": refuse("The extra line stands before the index.", text.replace("index 5\n", "index 5\nextra AA==\n")),
      "extra-empty": refuse("Without extra data there is no extra line.", text.replace("index 5", "extra \nindex 5")),
      "extra-not-base64": refuse("The extra line is base64.", text.replace("index 5", "extra hint!\nindex 5")),
      "extra-twice": refuse("One extra line.", text.replace("index 5", "extra AA==\nextra AA==\nindex 5")),
      "hash-of-31-bytes": refuse("A hash has 32 bytes.", text.replace(first, toBase64(hashes[0]!.subarray(1)))),
      "hash-with-space": refuse("Nothing but the hash stands in its line.", text.replace(first, `${first} `)),
      "sixty-four-hashes": refuse("More hashes than any tree needs.", text.replace(first, `${first}\n`.repeat(62).trimEnd())),
      "empty-line-missing": refuse("An empty line separates hashes and checkpoint.", text.replace("\n\nregister", "\nregister")),
      "carriage-returns": refuse("Lines end in a newline alone.", text.replaceAll("\n", "\r\n")),
      "checkpoint-missing": refuse("Nothing follows the hashes.", text.slice(0, text.indexOf("\n\n") + 2), "note_malformed"),
      "checkpoint-without-signature": refuse(
        "The checkpoint is a signed note.",
        `${text.slice(0, text.indexOf("\n\n") + 2)}${checkpointText(7)}\n`,
        "note_malformed",
      ),
      "checkpoint-after-two-empty-lines": refuse("One empty line, not two.", text.replace("\n\nregister", "\n\n\nregister"), "checkpoint_malformed"),
      "entry-of-other-bytes": refuse("Another entry than the proof's.", text, "inclusion_invalid", entries[4]),
      "index-of-neighbour": refuse("The index is another.", text.replace("index 5", "index 4"), "inclusion_invalid"),
      "index-beyond-size": refuse("The index is not below the checkpoint's size.", text.replace("index 5", "index 7"), "inclusion_invalid"),
      "hashes-reordered": refuse("The hashes stand in another order.", text.replace(`${first}\n${second}`, `${second}\n${first}`), "inclusion_invalid"),
      "hash-missing": refuse("A hash is missing.", text.replace(`${first}\n`, ""), "inclusion_invalid"),
      "checkpoint-of-other-size": refuse(
        "A right checkpoint that does not fit the proof.",
        formatProof({
          index: 5,
          hashes,
          checkpoint: signed(8, [
            [w1, T],
            [w2, T],
          ]),
        }),
        "inclusion_invalid",
      ),
      "checkpoint-signature-wrong": refuse(
        "The log's signature is wrong.",
        formatProof({ index: 5, hashes, checkpoint: spoil(note, 0) }),
        "note_signature_invalid",
      ),
      "quorum-not-reached": refuse(
        "One of three witnesses; two are needed.",
        formatProof({ index: 5, hashes, checkpoint: signed(7, [[w1, T]]) }),
        "policy_quorum",
      ),
    },
  };
}
