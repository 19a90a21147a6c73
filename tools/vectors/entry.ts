/** Vectors of log entries (spec/entry.md). A path here is relative to spec/vectors. */
const COMMITMENT = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76";
const LOCK = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const ZEROS = "00".repeat(32);
const ONES = "ff".repeat(32);

type Case = [description: string, bytes: string, entry: Record<string, string | number>];

const valid: Record<string, Case> = {
  record: ["the example of spec/entry.md", `0101${COMMITMENT}${LOCK}`, { kind: "record", commitment: COMMITMENT, lock: LOCK }],
  "record-of-zeros": ["any 32 bytes are a commitment and a lock", `0101${ZEROS}${ZEROS}`, { kind: "record", commitment: ZEROS, lock: ZEROS }],
  "record-commitment-no-element": ["the log does not decode commitments", `0101${ONES}${LOCK}`, { kind: "record", commitment: ONES, lock: LOCK }],
  "record-boundary": ["the commitment ends after 32 bytes", `0101${ZEROS}${ONES}`, { kind: "record", commitment: ZEROS, lock: ONES }],
  withdrawal: ["", `0102${LOCK}`, { kind: "withdrawal", secret: LOCK }],
  "withdrawal-of-ones": ["any 32 bytes are a secret", `0102${ONES}`, { kind: "withdrawal", secret: ONES }],
  publication: ["", `0103${LOCK}`, { kind: "publication", hash: LOCK }],
  "publication-of-zeros": ["any 32 bytes are a hash", `0103${ZEROS}`, { kind: "publication", hash: ZEROS }],
  "status-size-0": ["", `01040000000000000000${ONES}`, { kind: "status", size: 0, root: ONES }],
  "status-size-1": ["the size is big-endian", `01040000000000000001${ONES}`, { kind: "status", size: 1, root: ONES }],
  "status-size-2-32": ["a size that needs more than 32 bits", `01040000000100000000${ZEROS}`, { kind: "status", size: 2 ** 32, root: ZEROS }],
  "status-size-each-byte": ["each byte of the size at its place", `0104000102030405067f${ZEROS}`, { kind: "status", size: 0x0102030405067f, root: ZEROS }],
  "status-size-2-53-minus-1": ["the largest size", `0104001fffffffffffff${ZEROS}`, { kind: "status", size: 2 ** 53 - 1, root: ZEROS }],
};

const invalid: Record<string, [description: string, bytes: string]> = {
  empty: ["no bytes", ""],
  "version-alone": ["one byte", "01"],
  "header-alone": ["version and kind without a body", "0101"],
  "version-0": ["", `0001${COMMITMENT}${LOCK}`],
  "version-2": ["a version of the future", `0201${COMMITMENT}${LOCK}`],
  "version-255": ["", `ff01${COMMITMENT}${LOCK}`],
  "kind-0": ["", `0100${COMMITMENT}${LOCK}`],
  "kind-5": ["", `0105${LOCK}`],
  "kind-255": ["", `01ff${LOCK}`],
  "record-one-byte-short": ["65 bytes", `0101${COMMITMENT}${LOCK.slice(2)}`],
  "record-one-byte-long": ["67 bytes", `0101${COMMITMENT}${LOCK}00`],
  "record-of-withdrawal-length": ["34 bytes", `0101${LOCK}`],
  "withdrawal-one-byte-short": ["33 bytes", `0102${LOCK.slice(2)}`],
  "withdrawal-one-byte-long": ["35 bytes", `0102${LOCK}00`],
  "withdrawal-of-record-length": ["66 bytes", `0102${COMMITMENT}${LOCK}`],
  "publication-one-byte-short": ["33 bytes", `0103${LOCK.slice(2)}`],
  "publication-one-byte-long": ["35 bytes", `0103${LOCK}00`],
  "status-one-byte-short": ["41 bytes", `01040000000000000001${LOCK.slice(2)}`],
  "status-one-byte-long": ["43 bytes", `01040000000000000001${LOCK}00`],
  "status-without-size": ["34 bytes", `0104${LOCK}`],
  "status-size-2-53": ["one above the largest size", `01040020000000000000${ZEROS}`],
  "status-size-2-53-plus-1": ["a size that a double rounds to 2^53", `01040020000000000001${ZEROS}`],
  "status-size-2-56": ["", `01040100000000000000${ZEROS}`],
  "status-size-2-64-minus-1": ["", `0104ffffffffffffffff${ZEROS}`],
};

/** All vectors of this format, by path below spec/vectors. */
export function entryVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  for (const [name, [description, bytes, entry]] of Object.entries(valid)) out[`entry/valid/${name}.json`] = { description: description || name, bytes, entry };
  for (const [name, [description, bytes]] of Object.entries(invalid))
    out[`entry/invalid/${name}.json`] = { description: description || name, bytes, code: "entry_malformed" };
  return out;
}
