/**
 * The one error of Freehold. `code` is stable and comes from {@link FreeholdErrorCode}; `message` is a
 * sentence for people that says what was wrong, where, and what is allowed, and may change.
 *
 * @example
 * ```ts
 * try {
 *   decodeEntry(bytes);
 * } catch (error) {
 *   if (error instanceof FreeholdError && error.code === "entry_malformed") console.error(error.message);
 * }
 * ```
 */
export class FreeholdError extends Error {
  readonly code: FreeholdErrorCode;
  override readonly name = "FreeholdError";

  constructor(code: FreeholdErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Every code that this library throws, by the format that it speaks of. */
export type FreeholdErrorCode =
  // bytes and text
  | "encoding_invalid"
  | "argument_invalid"
  | "canonical_invalid"
  // merkle trees and tiles
  | "range_invalid"
  | "inclusion_invalid"
  | "consistency_invalid"
  | "tile_invalid"
  // C2SP texts
  | "note_malformed"
  | "note_key_malformed"
  | "note_signature_invalid"
  | "checkpoint_malformed"
  | "policy_malformed"
  | "policy_log_unknown"
  | "policy_quorum"
  | "proof_malformed"
  // Freehold formats
  | "entry_malformed"
  | "commitment_malformed"
  | "commitment_mismatch"
  | "opening_malformed"
  | "code_malformed"
  | "code_checksum"
  | "lock_mismatch"
  | "seed_malformed"
  | "words_malformed"
  | "status_malformed"
  | "status_stale"
  | "status_mismatch"
  | "jws_malformed"
  | "jws_header"
  | "jws_signature"
  | "key_malformed"
  | "record_malformed"
  | "offer_malformed"
  | "binding_malformed"
  | "acknowledgement_malformed"
  | "publication_malformed"
  | "receipt_malformed"
  | "receipt_origin"
  | "receipt_beacon"
  | "receipt_offer"
  | "receipt_controller"
  | "receipt_binding"
  | "receipt_acknowledgement"
  | "anchor_malformed"
  | "anchor_mismatch"
  | "passkey_malformed"
  | "passkey_mismatch"
  | "passkey_signature"
  | "wrap_malformed"
  | "wrap_mismatch"
  | "vocabulary_unknown"
  // the map
  | "tc_string_malformed"
  | "har_malformed"
  | "cursor_malformed"
  | "source_unknown"
  | "source_removed"
  | "source_unreachable"
  | "licence_unaccepted"
  | "record_unknown"
  | "organisation_unknown"
  | "site_unknown"
  | "withheld"
  // a person
  | "book_malformed"
  | "book_mismatch"
  | "records_missing"
  | "counter_gap"
  | "seed_needed"
  | "log_diverged"
  | "gesture_refused"
  | "backup_unknown"
  | "backup_conflict"
  | "backup_malformed"
  | "backup_mismatch"
  | "backup_refused"
  | "shard_unknown"
  | "claim_unknown"
  | "claim_mismatch"
  | "delivery_failed"
  | "deposit_malformed"
  | "deposit_mismatch"
  | "guardian_malformed"
  | "guardian_refused"
  // a company at a register
  | "origin_refused"
  | "claim_unreachable"
  | "publication_conflict"
  | "mailbox_unknown"
  | "mailbox_refused"
  | "webhook_refused"
  // a desk
  | "delivery_malformed"
  | "delivery_code"
  | "controller_mismatch"
  | "reference_unknown"
  | "request_unknown"
  | "kid_unbound"
  | "kid_bound"
  | "kid_rotated"
  | "binding_previous"
  | "decision_unproved"
  // a register
  | "storage_full"
  | "entry_kind"
  | "lock_unknown"
  | "index_unknown"
  | "hash_unknown"
  | "document_unknown"
  | "anchor_unknown"
  | "chain_mismatch"
  | "too_large"
  | "rate_limited"
  | "unavailable"
  | "folder_in_use"
  | "folder_newer"
  | "folder_damaged"
  | "witness_refused"
  | "witness_malformed"
  | "witness_conflict"
  | "rolled_back";
