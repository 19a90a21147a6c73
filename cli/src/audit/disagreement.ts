/** What an audit finds wrong. The codes are stable; the sentences may change. */

/** Every code, and what it says of the register. */
const DISAGREEMENTS = {
  // the checkpoint and who signed it
  checkpoint_malformed: "the served checkpoint is none",
  origin_mismatch: "the checkpoint is of another log than the register says it has",
  policy_log_unknown: "the policy does not know the log",
  checkpoint_signature: "the log's signature is wrong or missing",
  cosignature_invalid: "a signature line in the name of a witness is wrong",
  quorum: "the witnesses that cosigned are not those that the policy asks for",
  // the tree
  bundle_missing: "entries of the log are not served",
  bundle_malformed: "what is served is no bundle of entries of its width",
  bundle_changed: "the register served other entries for the same place when asked again",
  tile_missing: "a tile is not served",
  tile_mismatch: "a tile holds other hashes than the entries give",
  root_mismatch: "the entries give another root than the checkpoint has",
  // the rules of spec/entry.md
  entry_malformed: "rule 1: an entry does not have the format",
  entry_repeated: "rule 2: the same entry stands in the log twice",
  withdrawal_unknown: "rule 3: a withdrawal opens the lock of no earlier record",
  status_mismatch: "rule 4: a status entry has another size or root than the entries before it give",
  status_missing: "the published tree does not end in a status entry",
  // what is served beside the log
  bitmap_missing: "the status bitmap is not served",
  bitmap_mismatch: "the served bitmap is not that of the last status entry",
  document_missing: "the document of a publication is not served",
  document_mismatch: "a served document has another hash than its publication",
  // an earlier checkpoint
  history_forked: "the log does not begin with the log of the earlier checkpoint",
  log_rolled_back: "the log is smaller than it was at the earlier checkpoint",
  // what the chain knows
  anchor_mismatch: "an anchor has another root than the log has at its size",
  anchor_beyond_log: "an anchor is of a larger log than is published",
  withdrawal_not_logged: "a withdrawal on the chain opens the lock of a record, and is not in the log",
  submission_not_logged: "an entry was submitted on the chain, and is not in the log",
} as const;

export type DisagreementCode = keyof typeof DISAGREEMENTS;

export interface Disagreement {
  code: DisagreementCode;
  /** Of the entry that it is about, or of the first of several; null where it is about no entry. */
  index: number | null;
  message: string;
}

/** Of one code that are kept; more are counted. One missing entry can displace millions. */
const KEPT = 20;

export interface Findings {
  add(code: DisagreementCode, index: number | null, message: string): void;
  /** How many there are of each code that was found. */
  readonly counts: { readonly [code in DisagreementCode]?: number };
  readonly total: number;
  /** Those that are kept, in the order of the codes and then of the log. */
  list(): Disagreement[];
}

export function createFindings(): Findings {
  const kept: Disagreement[] = [];
  const counts: { [code in DisagreementCode]?: number } = {};
  let total = 0;
  const codes = Object.keys(DISAGREEMENTS);
  return {
    counts,
    get total() {
      return total;
    },
    add(code, index, message) {
      total++;
      const count = (counts[code] = (counts[code] ?? 0) + 1);
      if (count <= KEPT) kept.push({ code, index, message });
    },
    list: () => [...kept].sort((a, b) => codes.indexOf(a.code) - codes.indexOf(b.code) || (a.index ?? -1) - (b.index ?? -1)),
  };
}
