/** All functions of the library that read what others wrote, each with honest inputs to start from. */
import { readFileSync, readdirSync } from "node:fs";
import { parseAnchor, verifyAnchor } from "../src/anchor.ts";
import type { TrustedAnchor } from "../src/anchor.ts";
import { coseToPublicKey, parseAuthenticatorData } from "../src/authenticator.ts";
import { bigEndian, concat, fromBase64, fromBase64url, fromBigEndian, fromHex, fromUtf8, toBase64, toBase64url, toHex, utf8 } from "../src/bytes.ts";
import { canonicalize, parseCanonical } from "../src/canonical.ts";
import type { JsonValue } from "../src/canonical.ts";
import { parseCheckpoint } from "../src/checkpoint.ts";
import { verifyOpening } from "../src/commitment.ts";
import { verifyCosignature } from "../src/cosignature.ts";
import { decodeEntry } from "../src/entry.ts";
import { FreeholdError } from "../src/errors.ts";
import { anchoredTopic, eventLogFromRpc, parseAnchored, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "../src/event.ts";
import { jwkOf, publicKeyOf, verifyJws } from "../src/jws.ts";
import type { Jwk } from "../src/jws.ts";
import { seedToWords, wordsToSeed } from "../src/keys.ts";
import { parseCode } from "../src/lock.ts";
import { verifyConsistency, verifyInclusion } from "../src/merkle.ts";
import { formatSignatures, formatVkey, parseNote, parseSignatures, parseVkey, verifyNote } from "../src/note.ts";
import { decodeDocument } from "../src/offer.ts";
import { derToRaw, rawToDer, verifyAssertion } from "../src/passkey.ts";
import { parsePolicy, verifyCheckpoint } from "../src/policy.ts";
import { parseProof, verifyProof } from "../src/proof.ts";
import { decodeClaim, decodePublication, verifyClaim } from "../src/publication.ts";
import { formatReceipt, parseReceipt, verifyReceipt } from "../src/receipt.ts";
import { decodeRecord, parseRecord, verifyRecord } from "../src/record.ts";
import { decodeRlp, encodeRlp } from "../src/rlp.ts";
import { emptyFold, foldEntry, verifyStatus } from "../src/status.ts";
import type { StatusProof } from "../src/status.ts";
import { decodeBundle, encodeBundle, newTiles, parseTilePath, tilePath } from "../src/tile.ts";
import type { Tile } from "../src/tile.ts";
import { fromStatusList } from "../src/token-status-list.ts";
import { verifyTrieProof } from "../src/trie.ts";
import { parseTrustPolicy } from "../src/trust-policy.ts";
import { parents } from "../src/vocabulary.ts";
import { unwrapSeed } from "../src/wrap.ts";
import { NOW, everyPart } from "./bits.ts";
import { payloadOf } from "./forge.ts";
import type { Parser } from "./fuzz.ts";
import { bytesOf } from "./register.ts";
import { personKey } from "./story.ts";
import { publicJwk } from "../src/sign.ts";

const { receipt, policy, policyText } = everyPart();
const receiptText = formatReceipt(receipt);
const { tlog } = JSON.parse(policyText) as { tlog: string };
const witness = policy.tlog.witnesses[0]!.vkey;
const { checkpoint: note, index, hashes } = parseProof(receipt.proof);
const { text: checkpointText, signatures } = parseNote(note);
const { size, root } = parseCheckpoint(checkpointText);
const entry = fromHex(receipt.entry);
const key = publicJwk(personKey);
const publicKey = publicKeyOf(key);
const documents = [receipt.offer!, receipt.binding!.jws, receipt.binding!.jws, receipt.acknowledgements![0]!.jws];
const types = ["freehold-offer+jws", "freehold-binding+jws", "freehold-rotation+jws", "freehold-acknowledgement+jws"] as const;
const claims = receipt.claims!.map(({ document }) => document);

function text(name: string, seeds: readonly string[], parse: (input: string) => unknown): Parser {
  return { name, seeds, parse };
}

function bytes(name: string, seeds: readonly Uint8Array[], parse: (input: Uint8Array) => unknown): Parser {
  return { name, seeds, parse };
}

function value<T>(name: string, seeds: readonly object[], parse: (input: T) => unknown): Parser {
  return { name, seeds, parse };
}

/** For functions that take numbers, of any kind, and nothing else: other values end here, as types or an earlier check keep them out. */
function needNumbers(input: object, ...names: readonly string[]): void {
  const members = (input ?? {}) as { [name: string]: unknown };
  if (!names.every((name) => typeof members[name] === "number")) throw new FreeholdError("argument_invalid", "Not what this function is given.");
}

export const parsers: readonly Parser[] = [...encodings(), ...logs(), ...documentParsers(), ...chains(), ...passkeys()];

function encodings(): Parser[] {
  return [
    text("fromHex", [receipt.entry], (input) => fromHex(input)),
    text("fromBase64", [toBase64(entry)], fromBase64),
    text("fromBase64url", [toBase64url(entry)], fromBase64url),
    bytes("fromUtf8", [utf8(note)], fromUtf8),
    bytes("fromBigEndian", [bigEndian(size, 8)], fromBigEndian),
    text("parseCanonical", [receiptText, canonicalize(payloadOf(receipt.record))], parseCanonical),
    value("canonicalize", [receipt, payloadOf(receipt.record)], canonicalize),
    text("parseCode", [receipt.code!, receipt.code!.toLowerCase().replaceAll("-", " ")], parseCode),
    text("wordsToSeed", [seedToWords(bytesOf("seed"))], wordsToSeed),
    text("parents", ["dpv:Marketing", "pd:EmailAddress"], parents),
  ];
}

function logs(): Parser[] {
  const proofs = hashes.map(toHex);
  const path = (hexadecimal: unknown) => (Array.isArray(hexadecimal) ? hexadecimal : []).map((hash) => fromHex(hash as string));
  return [
    bytes("decodeEntry", [entry, encode("0104", bigEndian(5, 8), root), encode("0102", root), encode("0103", root)], decodeEntry),
    bytes("foldEntry", [entry, encode("0104", bigEndian(1, 8), root), encode("0102", root)], (input) => {
      const fold = emptyFold();
      foldEntry(fold, entry);
      foldEntry(fold, input);
    }),
    bytes("decodeBundle", [encodeBundle([entry, root, entry])], (input) => decodeBundle(input, 3)),
    text("parseTilePath", ["tile/0/x001/x234/067", "tile/entries/000.p/3"], parseTilePath),
    value("tilePath", [{ level: 0, index: 1_234_067, width: 256 }], (input: Tile) => {
      needNumbers(input, "level", "index", "width");
      return tilePath(input);
    }),
    value("newTiles", [{ size1: 5, size2: 700 }], (input: { size1: number; size2: number }) => {
      needNumbers(input, "size1", "size2");
      newTiles(input.size1, input.size2).next();
    }),
    value("verifyInclusion", [{ index, size, proof: proofs }], (input: { index: number; size: number; proof: string[] }) => {
      needNumbers(input, "index", "size");
      verifyInclusion({ leafHash: root, root, index: input.index, size: input.size, proof: path(input.proof) });
    }),
    value("verifyConsistency", [{ size1: 3, size2: size, proof: proofs }], (input: { size1: number; size2: number; proof: string[] }) => {
      needNumbers(input, "size1", "size2");
      verifyConsistency({ root1: root, root2: root, size1: input.size1, size2: input.size2, proof: path(input.proof) });
    }),
    value("verifyStatus", [receipt.status], (input: StatusProof) => verifyStatus(input, { index, checkpoint: { size, root } })),
    text("parseVkey", [formatVkey(witness)], parseVkey),
    text("parseNote", [note], parseNote),
    text("parseSignatures", [formatSignatures(signatures)], parseSignatures),
    text("verifyNote", [note], (input) => verifyNote(input, [policy.tlog.logs[0]!.vkey])),
    bytes("verifyCosignature", [signatures[1]!.signature], (input) => verifyCosignature(checkpointText, { signature: input }, witness)),
    text("parseCheckpoint", [checkpointText], parseCheckpoint),
    text("parsePolicy", [tlog], parsePolicy),
    text("verifyCheckpoint", [note, receipt.beacon.checkpoint], (input) => verifyCheckpoint(input, policy.tlog)),
    text("parseProof", [receipt.proof], parseProof),
    text("verifyProof", [receipt.proof], (input) => verifyProof(input, root, policy.tlog)),
    value("fromStatusList", [{ bits: 1, lst: "eNrbuRgAAhcBXQ" }], (input) => fromStatusList(input, { maxBytes: 4096 })),
  ];
}

function encode(head: string, ...rest: Uint8Array[]): Uint8Array {
  return concat(fromHex(head), ...rest);
}

function documentParsers(): Parser[] {
  return [
    value("publicKeyOf", [key], publicKeyOf),
    bytes("jwkOf", [publicKey], jwkOf),
    value("parseRecord", [payloadOf(receipt.record)], (input: JsonValue) => parseRecord(input)),
    text("decodeRecord", [receipt.record], decodeRecord),
    text("verifyRecord", [receipt.record], (input) => verifyRecord(input, key)),
    value("verifyJws", [key], (input: Jwk) => verifyJws(receipt.record, { type: "freehold-record+jws", key: input })),
    ...types.map((type, i) => text(`decodeDocument ${type}`, [documents[i]!], (input) => decodeDocument(type, input))),
    text("decodePublication", claims, decodePublication),
    text("decodeClaim", claims, decodeClaim),
    text("verifyClaim", claims, (input) => verifyClaim(input, decodeClaim(claims[0]!).claim)),
    bytes("verifyOpening", [fromHex(receipt.opening)], (input) =>
      verifyOpening({ commitment: entry.subarray(2, 34), document: receipt.record, opening: input }),
    ),
    text("parseTrustPolicy", [policyText, tlog], parseTrustPolicy),
    text("parseReceipt", [receiptText], parseReceipt),
    text("verifyReceipt", [receiptText], (input) => verifyReceipt(input, { policy, now: NOW })),
  ];
}

interface AnchorCase {
  anchor: object;
  checkpoint: { size: number; root: string };
  index: number;
  anchors: TrustedAnchor[];
}

function chains(): Parser[] {
  const folder = new URL("../../spec/vectors/anchor/valid/", import.meta.url);
  const cases = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as AnchorCase);
  const { anchors } = cases[0]!;
  const { event } = cases[0]!.anchor as { event: { header: string; proof: string[] } };
  const register = new Uint8Array(32).fill(7, 12);
  const topics = {
    parseAnchored: [anchoredTopic, parseAnchored],
    parseWithdrawn: [withdrawnTopic, parseWithdrawn],
    parseSubmitted: [submittedTopic, parseSubmitted],
  } as const;
  const data = {
    parseAnchored: concat(bigEndian(9, 32), root),
    parseWithdrawn: root,
    parseSubmitted: concat(bigEndian(32, 32), bigEndian(66, 32), entry, new Uint8Array(30)),
  };
  const rpc = { address: `0x${"5f".repeat(20)}`, topics: [`0x${toHex(anchoredTopic)}`, `0x${toHex(register)}`], data: `0x${toHex(data.parseAnchored)}` };
  const node = encodeRlp([bytesOf("node"), [Uint8Array.of(1), []], new Uint8Array(70)]);
  return [
    bytes("decodeRlp", [node, fromHex(event.header)], decodeRlp),
    bytes(
      "verifyTrieProof",
      event.proof.map((part) => fromHex(part)),
      (input) => verifyTrieProof({ root, key: Uint8Array.of(0x80), proof: [input] }),
    ),
    ...(Object.keys(topics) as (keyof typeof topics)[]).map((name) =>
      bytes(name, [data[name]], (input) => topics[name][1]({ address: new Uint8Array(20), topics: [topics[name][0], register], data: input })),
    ),
    value("eventLogFromRpc", [rpc], (input) => parseAnchored(eventLogFromRpc(input))),
    value(
      "parseAnchor",
      cases.map(({ anchor }) => anchor),
      parseAnchor,
    ),
    value("verifyAnchor", cases, (input: AnchorCase) => {
      needNumbers(input, "index");
      const { checkpoint } = cases.find((one) => JSON.stringify(one.checkpoint) === JSON.stringify(input.checkpoint)) ?? cases[0]!;
      return verifyAnchor({
        anchor: parseAnchor(input.anchor),
        checkpoint: { size: checkpoint.size, root: fromHex(checkpoint.root) },
        index: input.index,
        anchors,
      });
    }),
  ];
}

function passkeys(): Parser[] {
  const rpIdHash = bytesOf("rp");
  const cose = concat(fromHex("a5010203262001215820"), publicKey.subarray(1, 33), fromHex("225820"), publicKey.subarray(33));
  const plain = concat(rpIdHash, Uint8Array.of(0x05), bigEndian(0, 4));
  const registered = concat(rpIdHash, Uint8Array.of(0x45), bigEndian(0, 4), new Uint8Array(16), bigEndian(16, 2), bytesOf("id").subarray(16), cose);
  const signature = rawToDer(concat(bytesOf("r"), bytesOf("s")));
  const client = { type: "webauthn.get", challenge: toBase64url(root), origin: "https://freehold.example", crossOrigin: false };
  const assertion = { publicKey, authenticatorData: plain, signature, challenge: root, origins: ["https://freehold.example"], rpId: "freehold.example" };
  const secret = bytesOf("secret");
  return [
    bytes("derToRaw", [signature], derToRaw),
    bytes("coseToPublicKey", [cose], coseToPublicKey),
    bytes("parseAuthenticatorData", [plain, registered], parseAuthenticatorData),
    text("verifyAssertion client data", [canonicalize(client)], (input) => verifyAssertion({ ...assertion, clientDataJSON: utf8(input) })),
    bytes("verifyAssertion authenticator data", [plain, registered], (input) =>
      verifyAssertion({ ...assertion, clientDataJSON: utf8(canonicalize(client)), authenticatorData: input }),
    ),
    bytes("unwrapSeed", [encode("01", new Uint8Array(60))], (input) => unwrapSeed({ wrapped: input, secret, credentialId: secret })),
  ];
}
