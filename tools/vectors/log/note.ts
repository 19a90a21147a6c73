/** Vectors of signed notes, their keys, and checkpoints. */
import { concat, fromHex, toBase64, toHex } from "../../../protocol/src/bytes.ts";
import { formatCheckpoint } from "../../../protocol/src/checkpoint.ts";
import { parseNote, signNote } from "../../../protocol/src/note.ts";
import type { NoteKey } from "../../../protocol/src/note.ts";
import { log, rotated, stranger, w1, vkey, root, spoil } from "./shared.ts";

export function noteVectors() {
  const text = "Two lines\nof a note.\n";
  const plain = signNote(text, [log]);
  const [line] = parseNote(plain).signatures as [ReturnType<typeof parseNote>["signatures"][0]];
  const base64 = toBase64(concat(fromHex(line.keyId), line.signature));
  const withLine = (line: string) => `${text}\n${line}${plain.slice(text.length + 1)}`;
  const many = (count: number) => `${text}\n${`— ${stranger.vkey.name} AAAAAAE=\n`.repeat(count - 1)}${plain.slice(text.length + 1)}`;
  const accept = (description: string, note: string, keys: NoteKey[] = [log], signers = [log], signedText = text) => ({
    description,
    note,
    vkeys: keys.map(vkey),
    expect: { text: signedText, signers: signers.map(vkey) },
  });
  const refuse = (description: string, note: string, code = "note_malformed", keys: NoteKey[] = [log]) => ({ description, note, vkeys: keys.map(vkey), code });
  const key = (description: string, vkeyText: string) => ({ description, vkey: vkeyText, code: "note_key_malformed" });
  const typed = (material: Uint8Array, id = log.vkey.keyId, name = log.vkey.name) => `${name}+${id}+${toBase64(material)}`;
  return {
    valid: {
      "one-signature": accept("One signature of a known key.", plain),
      "two-signatures": accept("Two keys, both known.", signNote(text, [log, stranger]), [log, stranger], [log, stranger]),
      "unknown-key": accept("A line of an unknown key is ignored.", signNote(text, [stranger, log])),
      "unknown-key-wrong-signature": accept("Wrong bytes under an unknown key are ignored.", spoil(signNote(text, [stranger, log]), 0)),
      "known-name-other-id": accept("A line with a known name and another id is of an unknown key.", signNote(text, [rotated, log])),
      "known-id-other-name": accept("A line with a known id and another name is of an unknown key.", withLine(`— other.example ${base64}\n`)),
      "key-signed-twice": accept("A key that signed twice counts once.", signNote(text, [log, log])),
      "text-with-empty-lines": accept(
        "The last empty line separates; the text may have others.",
        signNote("a\n\n\nb\n\n", [log]),
        [log],
        [log],
        "a\n\n\nb\n\n",
      ),
      "text-of-a-newline": accept("The shortest text.", signNote("\n", [log]), [log], [log], "\n"),
      "text-with-em-dash": accept("Lines of the text may look like signatures.", signNote("— a AAAAAAE=\n", [log]), [log], [log], "— a AAAAAAE=\n"),
      "text-beyond-ascii": accept(
        "Any UTF-8, U+007F and U+0085 too.",
        signNote("è \u{1f600} \u007f\u0085\n", [log]),
        [log],
        [log],
        "è \u{1f600} \u007f\u0085\n",
      ),
      "sixteen-signatures": accept("Sixteen lines must be accepted.", many(16)),
      "hundred-signatures": accept("A hundred lines are the limit.", many(100)),
      "vkey-ed25519": {
        description: "A public key as text; this one belongs to the seed of 32 bytes 0x01.",
        vkey: vkey(log),
        expect: { name: log.vkey.name, keyId: log.vkey.keyId, type: 1, publicKey: toHex(log.vkey.publicKey) },
      },
      "vkey-cosignature": {
        description: "A witness's key; the seed is 32 bytes 0x04.",
        vkey: vkey(w1),
        expect: { name: w1.vkey.name, keyId: w1.vkey.keyId, type: 4, publicKey: toHex(w1.vkey.publicKey) },
      },
      "vkey-of-the-specification": {
        description: "The public key that C2SP signed-note shows.",
        vkey: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        expect: { name: "example.com/foo", keyId: "530d903a", type: 1, publicKey: "e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4" },
      },
    },
    invalid: {
      "text-without-final-newline": refuse("The empty line is missing, so the text would not end in a newline.", plain.replace("note.\n\n", "note.\n")),
      "no-signature": refuse("A note has at least one signature line.", `${text}\n`),
      "only-signatures": refuse("There is no text.", plain.slice(text.length + 1)),
      empty: refuse("Nothing at all.", ""),
      "last-line-without-newline": refuse("Each signature line ends in a newline.", plain.slice(0, -1)),
      "text-after-signatures": refuse("Only signature lines follow the last empty line.", `${plain}text\n`),
      "control-character-tab": refuse("A tab in the text.", plain.replace("Two lines", "Two\tlines")),
      "control-character-carriage-return": refuse("Lines end in a newline alone.", plain.replaceAll("\n", "\r\n")),
      "control-character-null": refuse("U+0000 in the text.", plain.replace("Two", "\u0000")),
      "surrogate-alone": refuse("Half of a surrogate pair has no UTF-8 form.", plain.replace("Two", "\ud83d")),
      "hyphen-for-em-dash": refuse("A signature line begins with U+2014.", plain.replace("—", "-")),
      "two-spaces": refuse("One space separates.", plain.replace("— ", "—  ")),
      "name-missing": refuse("A key name is not empty.", withLine(`—  ${base64}\n`)),
      "name-with-plus": refuse("A key name has no plus.", withLine(`— a+b ${base64}\n`)),
      "name-with-no-break-space": refuse("A key name has no Unicode space, here U+00A0.", withLine(`— a\u00a0b ${base64}\n`)),
      "name-with-ideographic-space": refuse("A key name has no Unicode space, here U+3000.", withLine(`— a\u3000b ${base64}\n`)),
      "signature-missing": refuse("Name and base64 are needed.", withLine(`— ${log.vkey.name}\n`)),
      "signature-of-key-id-only": refuse("The signature has no byte.", withLine(`— ${log.vkey.name} ${toBase64(fromHex(log.vkey.keyId))}\n`)),
      "base64-without-padding": refuse("The base64 of RFC 4648, section 4, has padding.", plain.replace(/=+\n$/, "\n")),
      "base64-unused-bits": refuse("Unused bits of the base64 are zero.", withLine(`— ${stranger.vkey.name} AAAAAAF=\n`)),
      "base64-url": refuse("Not the alphabet of base64url.", withLine(`— ${stranger.vkey.name} AAAAAA__\n`)),
      "hundred-and-one-signatures": refuse("More than a hundred lines.", many(101)),
      "signature-wrong": refuse("The only signature of a known key is wrong.", spoil(plain, 0), "note_signature_invalid"),
      "signature-wrong-beside-right": refuse(
        "One of two known keys signed wrongly: the whole note is refused.",
        spoil(signNote(text, [log, stranger]), 1),
        "note_signature_invalid",
        [log, stranger],
      ),
      "signature-right-then-wrong": refuse("One key signed twice, once wrongly.", spoil(signNote(text, [log, log]), 1), "note_signature_invalid"),
      "signature-of-63-bytes": refuse(
        "A signature of a known key is cut.",
        withLine(`— ${log.vkey.name} ${toBase64(concat(fromHex(line.keyId), line.signature.subarray(0, 63)))}\n`),
        "note_signature_invalid",
      ),
      "signature-of-other-text": refuse("The text was changed.", plain.replace("Two", "Ten"), "note_signature_invalid"),
      "no-known-key": refuse("No line is of a known key.", signNote(text, [stranger]), "note_signature_invalid"),
      "no-key-at-all": refuse("Nobody is trusted.", plain, "note_signature_invalid", []),
      "vkey-wrong-id": key("The id is not that of name, type and key.", vkey(log).replace(/\+[0-9a-f]{8}\+/, "+00000000+")),
      "vkey-id-in-capitals": key("The id is in lower case.", vkey(log).replace(log.vkey.keyId, log.vkey.keyId.toUpperCase())),
      "vkey-id-of-seven-digits": key("The id has eight digits.", vkey(log).replace(/\+0?[0-9a-f]([0-9a-f]{7})\+/, "+$1+")),
      "vkey-without-name": key("The name is empty.", vkey(log).replace(log.vkey.name, "")),
      "vkey-name-with-space": key("The name has a space.", vkey(log).replace("/log", " log")),
      "vkey-type-unknown": key("Signature type 0x02.", typed(concat(Uint8Array.of(2), log.vkey.publicKey))),
      "vkey-type-missing": key("No byte for the type.", typed(new Uint8Array(0))),
      "vkey-key-of-31-bytes": key("The key is cut.", typed(concat(Uint8Array.of(1), log.vkey.publicKey.subarray(1)))),
      "vkey-with-newline": key("A newline follows.", `${vkey(log)}\n`),
      "vkey-of-other-name": key("The name was changed.", vkey(log).replace("register", "registrar")),
    },
  };
}

export function checkpointVectors() {
  const ok = (description: string, origin: string, size: number, hash = root(0)) => ({
    description,
    text: formatCheckpoint({ origin, size, root: hash }),
    expect: { origin, size, root: toHex(hash) },
  });
  const refuse = (description: string, text: string) => ({ description, text, code: "checkpoint_malformed" });
  const [origin, hash] = [log.vkey.name, toBase64(root(3))];
  return {
    valid: {
      "empty-tree": ok("No entries: size 0 and SHA-256 of nothing.", origin, 0),
      "three-entries": ok("A log of three entries.", origin, 3, root(3)),
      "largest-size": ok("The largest size is 2^53-1.", origin, Number.MAX_SAFE_INTEGER),
      "origin-with-spaces": ok("Clients do not ask how an origin is made.", "A log + more", 3, root(3)),
    },
    invalid: {
      "extension-line": refuse("No Freehold log has extension lines.", `${origin}\n3\n${hash}\nmore\n`),
      "extension-line-empty": refuse("An empty line follows.", `${origin}\n3\n${hash}\n\n`),
      "origin-empty": refuse("The first line is empty.", `\n3\n${hash}\n`),
      "size-missing": refuse("A line is missing.", `${origin}\n${hash}\n`),
      "size-empty": refuse("The second line is empty.", `${origin}\n\n${hash}\n`),
      "size-with-leading-zero": refuse("No leading zeroes.", `${origin}\n03\n${hash}\n`),
      "size-with-plus": refuse("Digits only.", `${origin}\n+3\n${hash}\n`),
      "size-minus-zero": refuse("Digits only.", `${origin}\n-0\n${hash}\n`),
      "size-with-exponent": refuse("Digits only.", `${origin}\n3e0\n${hash}\n`),
      "size-in-hexadecimal": refuse("Digits only.", `${origin}\n0x3\n${hash}\n`),
      "size-with-space": refuse("Digits only.", `${origin}\n3 \n${hash}\n`),
      "size-in-other-digits": refuse("ASCII digits only, not U+0663.", `${origin}\n\u0663\n${hash}\n`),
      "size-2-53": refuse("Above 2^53-1.", `${origin}\n9007199254740992\n${hash}\n`),
      "size-2-64": refuse("Above 2^53-1.", `${origin}\n18446744073709551616\n${hash}\n`),
      "root-of-31-bytes": refuse("A root has 32 bytes.", `${origin}\n3\n${toBase64(root(3).subarray(1))}\n`),
      "root-of-33-bytes": refuse("A root has 32 bytes.", `${origin}\n3\n${toBase64(concat(root(3), Uint8Array.of(0)))}\n`),
      "root-without-padding": refuse("Base64 has padding.", `${origin}\n3\n${hash.replace("=", "")}\n`),
      "root-in-hexadecimal": refuse("Base64, not hexadecimal.", `${origin}\n3\n${toHex(root(3))}\n`),
      "without-final-newline": refuse("The last line ends in a newline.", `${origin}\n3\n${hash}`),
      "carriage-returns": refuse("Lines end in a newline alone.", `${origin}\r\n3\r\n${hash}\r\n`),
      empty: refuse("Nothing at all.", ""),
    },
  };
}
