/** Ending a record through any of three channels; one is enough (spec/lock.md). A withdrawal code is all that is needed: no key, no book. */
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatCode, lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { verifyProof } from "@freehold/protocol/proof";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { changeItem, lockOf as lockOfItem } from "./book.ts";
import { ask, expectStatus, membersOf } from "./http.ts";
import type { Fetch } from "./http.ts";
import type { ChainInfo } from "./register.ts";
import type { Book, Sealed } from "./schema.ts";

/** What came of one channel. */
export type Outcome =
  | { by: "register"; done: true; index: number; witnessedTime: number | null }
  | { by: "company"; done: true; acknowledgement?: Sealed; checkpoint?: string }
  | { by: "register" | "company"; done: false; code: string; why: string };

export interface Withdrawing {
  /** 32 bytes: of an item (`secretOf`), or of a typed code (`parseCode`). */
  secret: Uint8Array;
  fetch: Fetch;
  /** The register, where it is to be told. */
  register?: { url: string; policy: TrustPolicy };
  /** The `withdraw` address of the company's claim, where it is to be told. */
  company?: string;
  signal?: AbortSignal;
}

/**
 * Tells the register and the company at once. The record has ended as soon as one of them has it; what did not work is told with it, and can be
 * tried again. Where all fail, the chain remains ({@link chainCommand}).
 *
 * @example
 * ```ts
 * const outcomes = await withdraw({ secret: parseCode(typed), fetch, register: { url, policy } });
 * const ended = outcomes.some(({ done }) => done);
 * ```
 */
export async function withdraw({ secret, fetch, register, company, signal }: Withdrawing): Promise<Outcome[]> {
  return Promise.all([
    ...(register ? [settle("register", () => withdrawAtRegister(secret, { ...register, fetch, signal }))] : []),
    ...(company !== undefined ? [settle("company", () => withdrawAtCompany(secret, company, { fetch, signal }))] : []),
  ]);
}

async function settle(by: "register" | "company", work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return { by, done: false, code: error.code, why: error.message };
  }
}

/** Logs the withdrawal and verifies the proof of it. Throws `lock_unknown` for a code that opens no record of this register, `unavailable`, what `verifyProof` throws. */
async function withdrawAtRegister(
  secret: Uint8Array,
  { url, policy, fetch, signal }: { url: string; policy: TrustPolicy; fetch: Fetch; signal: AbortSignal | undefined },
): Promise<Outcome> {
  const entry = encodeEntry({ kind: "withdrawal", secret });
  const at = `${url}/v1/entries?wait=published`;
  const headers = { "content-type": "application/octet-stream" };
  const answer = expectStatus(await ask(fetch, at, { method: "POST", headers, body: entry, max: 65_536, timeout: 90_000, signal }), [200, 201], at);
  const { proof } = membersOf(answer.body);
  if (typeof proof !== "string") throw new FreeholdError("proof_malformed", "The register says that it took the withdrawal, and gives no proof of it.");
  const { index, checkpoint } = await verifyProof(proof, leafHash(entry), policy.tlog);
  return { by: "register", done: true, index, witnessedTime: checkpoint.witnessedTime };
}

async function withdrawAtCompany(secret: Uint8Array, at: string, { fetch, signal }: { fetch: Fetch; signal: AbortSignal | undefined }): Promise<Outcome> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ secret: toHex(secret) });
  const said = membersOf(expectStatus(await ask(fetch, at, { method: "POST", headers, body, max: 262_144, signal }), [200, 202], at).body);
  if (said["lock"] !== toHex(lockOf(secret))) throw new FreeholdError("delivery_failed", "The company answers, and does not say that it ended this record.");
  const { acknowledgement, checkpoint } = said;
  return {
    by: "company",
    done: true,
    ...(typeof acknowledgement === "object" && acknowledgement !== null && { acknowledgement: acknowledgement as Sealed }),
    ...(typeof checkpoint === "string" && { checkpoint }),
  };
}

/** How anyone can end the record through a chain, with no register and no company: a command, and the call that it makes. */
export interface ChainWithdrawal extends ChainInfo {
  /** With `NODE` for the address of a node of the chain. */
  command: string;
  /** The argument `data` of a transaction to `contract`, hexadecimal: `withdraw(address,bytes32)`. */
  data: string;
}

/** First 4 bytes of keccak-256("withdraw(address,bytes32)"). */
const SELECTOR = "40e5e9aa";

/**
 * The call of the contract, for whoever sends and pays it: a relayer learns nothing of her.
 *
 * @example
 * ```ts
 * for (const { command } of chains.map((chain) => chainCommand(secret, chain))) show(command);
 * ```
 */
export function chainCommand(secret: Uint8Array, chain: ChainInfo): ChainWithdrawal {
  const { chainId, contract, register } = chain;
  const options = `--on-chain --rpc NODE --chain-id ${chainId} --contract ${contract} --register-address ${register}`;
  return {
    ...chain,
    command: `npx freehold withdraw ${options} ${formatCode(secret)}`,
    data: `${SELECTOR}${register.padStart(64, "0")}${toHex(secret)}`,
  };
}

/** The book after a withdrawal: which of its items it ended, and through what. `at` is an instant. */
export function markWithdrawn(book: Book, secret: Uint8Array, outcomes: readonly Outcome[], at: string): Book {
  const by = outcomes.filter(({ done }) => done).map((outcome) => outcome.by);
  if (by.length === 0) return book;
  const lock = toHex(lockOf(secret));
  return book.items
    .filter((item) => lockOfItem(item) === lock)
    .reduce(
      (next, { id }) =>
        changeItem(next, id, (item) => ({
          ...item,
          withdrawn: { at: item.withdrawn?.at ?? at, by: [...new Set([...(item.withdrawn?.by ?? []), ...by])].sort() },
        })),
      book,
    );
}

/** Which of her records a secret ends; the ids. */
export function endedBy(book: Pick<Book, "items">, secret: Uint8Array): string[] {
  const lock = toHex(lockOf(secret));
  return book.items.filter(({ entry }) => toHex(fromHex(entry).subarray(34)) === lock).map(({ id }) => id);
}
