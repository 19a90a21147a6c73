/** Problem details (RFC 9457) for every error of the application: the one place where codes meet HTTP. */
import { FreeholdError } from "@freehold/protocol/errors";
import type { FreeholdErrorCode } from "@freehold/protocol/errors";

const STATUS: Partial<Record<FreeholdErrorCode, number>> = {
  lock_unknown: 409,
  index_unknown: 404,
  hash_unknown: 404,
  document_unknown: 404,
  anchor_unknown: 404,
  record_unknown: 404,
  organisation_unknown: 404,
  site_unknown: 404,
  backup_unknown: 404,
  backup_refused: 403,
  backup_conflict: 412,
  shard_unknown: 404,
  claim_unknown: 404,
  claim_unreachable: 422,
  publication_conflict: 409,
  mailbox_unknown: 404,
  mailbox_refused: 401,
  storage_full: 507,
  withheld: 451,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
};

/** A request that its schema refuses, with every place where it is wrong. */
export class RequestInvalid extends FreeholdError {
  readonly errors: { pointer: string; detail: string }[];
  constructor(issues: readonly { path: readonly PropertyKey[]; message: string }[]) {
    const errors = issues.map(({ path, message }) => ({ pointer: `/${path.map(String).join("/")}`, detail: message }));
    super("argument_invalid", `The request is wrong at ${errors[0]!.pointer}: ${errors[0]!.detail}.`);
    this.errors = errors;
  }
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { pointer: string; detail: string }[];
}

/** The problem of an error. One that is not ours is a fault of the server: it says nothing of its inside. A lock that is unknown is a conflict for who submits, and not found for who looks it up. */
export function problemOf(error: unknown, method: string): Problem {
  if (!(error instanceof FreeholdError)) return problem("internal", 500, "Something went wrong in the register. It has been logged.");
  const made = problem(error.code, error.code === "lock_unknown" && method === "GET" ? 404 : (STATUS[error.code] ?? 400), error.message);
  return error instanceof RequestInvalid ? { ...made, errors: error.errors } : made;
}

export function problem(code: string, status: number, detail: string): Problem {
  return { type: `/problems/${code}`, title: titleOf(code), status, detail, code };
}

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words[0]!.toUpperCase() + words.slice(1);
}
