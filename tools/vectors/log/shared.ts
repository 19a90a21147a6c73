/** What the vectors of the log share: keys from fixed seeds, a log of a few entries, and its checkpoints. */
import { utf8 } from "../../../protocol/src/bytes.ts";
import { formatCheckpoint } from "../../../protocol/src/checkpoint.ts";
import { cosign } from "../../../protocol/src/cosignature.ts";
import { leafHash, rootHash } from "../../../protocol/src/merkle.ts";
import { formatNote, formatVkey, makeNoteKey, parseNote, signNote, TYPE_COSIGNATURE } from "../../../protocol/src/note.ts";
import type { NoteKey } from "../../../protocol/src/note.ts";

export type Cases = Record<string, object>;

export const seed = (byte: number) => new Uint8Array(32).fill(byte);
export const log = makeNoteKey("register.example/log", seed(1));
export const rotated = makeNoteKey("register.example/log", seed(2));
export const stranger = makeNoteKey("stranger.example", seed(3));
const witnesses = [4, 5, 6].map((byte, i) => makeNoteKey(`witness.example/w${i + 1}`, seed(byte), TYPE_COSIGNATURE));
export const [w1, w2, w3] = witnesses as [NoteKey, NoteKey, NoteKey];
export const vkey = (key: NoteKey) => formatVkey(key.vkey);
export const T = 1_700_000_000;

export const entries = Array.from({ length: 11 }, (_, i) => utf8(`entry ${i}`));
export const leaves = entries.map(leafHash);
export const root = (size: number) => rootHash(leaves.slice(0, size));
export const checkpointText = (size: number) => formatCheckpoint({ origin: log.vkey.name, size, root: root(size) });
export const signed = (size: number, cosigners: readonly (readonly [NoteKey, number])[] = []) => {
  const text = checkpointText(size);
  return formatNote({ text, signatures: [...parseNote(signNote(text, [log])).signatures, ...cosigners.map(([key, time]) => cosign(text, key, time))] });
};
/** A signature line with one bit of its last byte changed. */
export const spoil = (note: string, line: number) => {
  const { text, signatures } = parseNote(note);
  return formatNote({
    text,
    signatures: signatures.map((s, i) =>
      i === line ? { ...s, signature: s.signature.map((byte, at) => (at === s.signature.length - 1 ? byte ^ 1 : byte)) } : s,
    ),
  });
};

export const twoOfThree = `# Two of three witnesses\nlog ${vkey(log)} https://register.example/log/\nwitness W1 ${vkey(w1)}\nwitness W2 ${vkey(w2)} https://w2.example/\nwitness W3 ${vkey(w3)}\ngroup all-witnesses 2 W1 W2 W3\nquorum all-witnesses\n`;
