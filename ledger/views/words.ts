/** Entries and policies in plain words. */
import { toHex } from "@freehold/protocol/bytes";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import type { Checkpoint } from "@freehold/protocol/checkpoint";
import { decodeEntry } from "@freehold/protocol/entry";
import type { Entry } from "@freehold/protocol/entry";
import { parseNote } from "@freehold/protocol/note";
import { isSatisfied } from "@freehold/protocol/policy";
import type { Policy } from "@freehold/protocol/policy";
import { decodePublication } from "@freehold/protocol/publication";
import type { Publication } from "@freehold/protocol/publication";
import { formatCount, list } from "../../ui/format.ts";
import type { ChainRow, WitnessRow } from "./props.ts";

export const KINDS: { readonly [K in Entry["kind"]]: { title: string; article: string } } = {
  record: { title: "Record", article: "A record" },
  withdrawal: { title: "Withdrawal", article: "A withdrawal" },
  publication: { title: "Publication", article: "A publication" },
  status: { title: "Status", article: "A status" },
};

export interface Field {
  name: string;
  value: string;
  /** Whether the value is 32 bytes, in hexadecimal. */
  hash: boolean;
  /** What it is. */
  note?: string;
}

/** The fields of an entry in the order of its bytes. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const entry = decodeEntry(bytes);
  const field = (name: string, value: string | Uint8Array, note?: string): Field => ({
    name,
    value: typeof value === "string" ? value : toHex(value),
    hash: typeof value !== "string",
    ...(note !== undefined && { note }),
  });
  const head = [field("Version", String(bytes[0])), field("Kind", `${bytes[1]}, a ${entry.kind}`)];
  switch (entry.kind) {
    case "record":
      return [
        ...head,
        field(
          "Commitment",
          entry.commitment,
          "Hides a private document and binds to it. Without its opening it says nothing, and with it exactly one document fits.",
        ),
        field("Lock", entry.lock, "The SHA-256 of a secret. Once that secret is published, this record has ended."),
      ];
    case "withdrawal":
      return [...head, field("Secret", entry.secret, "Whoever held it could publish it: no signature, account or key is needed to withdraw.")];
    case "publication":
      return [...head, field("Document", entry.hash, "The SHA-256 of a public document.")];
    case "status":
      return [
        ...head,
        field("Size", String(entry.size), "How many entries it covers: all that come before it."),
        field("Root", entry.root, "One hash over one bit for each of them: ended, or not."),
      ];
  }
}

/** The checkpoint of a note. Only to be shown: nothing is verified here. */
export function checkpointOf(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

/** What a quorum asks for, as the part of a sentence after "once it is cosigned by"; null where it asks for nobody. */
export function quorumInWords({ witnesses, groups, quorum }: Policy): string | null {
  const describe = (name: string, nested: boolean): string => {
    const witness = witnesses.find((one) => one.name === name);
    if (witness !== undefined) return witness.vkey.name;
    const { threshold, members } = groups.find((one) => one.name === name)!;
    const parts = members.map((member) => describe(member, true));
    if (members.length === 1) return parts[0]!;
    const words = threshold === members.length ? list(parts) : `any ${threshold} of ${members.length}: ${list(parts, "or")}`;
    return nested ? `(${words})` : words;
  };
  return quorum === null ? null : describe(quorum, false);
}

/** Whether the witnesses that the register runs itself satisfy the quorum: then it protects nobody from the register. */
export function isSelfSufficient(policy: Policy, witnesses: readonly Pick<WitnessRow, "name" | "independent">[]): boolean {
  const own = new Set(witnesses.filter(({ independent }) => !independent).map(({ name }) => name));
  return isSatisfied(
    policy,
    policy.witnesses.filter(({ vkey }) => own.has(vkey.name)).map(({ name }) => name),
  );
}

const CHAINS: { readonly [chainId: number]: string } = {
  1: "Ethereum",
  10: "OP Mainnet",
  100: "Gnosis",
  137: "Polygon",
  8453: "Base",
  42_161: "Arbitrum One",
  11_155_111: "Sepolia (test)",
};

/** `Ethereum, chain 1`; the number alone where its name is not known. */
export function chainInWords(chainId: number, independent: boolean): string {
  const name = independent ? CHAINS[chainId] : "Embedded";
  return name === undefined ? `Chain ${chainId}` : `${name}, chain ${chainId}`;
}

/** How much of the log is anchored, on chains of others where there are any; nothing where none is. */
export function anchoredInWords(chains: readonly Pick<ChainRow, "independent" | "anchored">[]): string[] {
  const largest = (independent: boolean) => Math.max(0, ...chains.filter((chain) => chain.independent === independent).map(({ anchored }) => anchored));
  if (largest(true) > 0) return [`${formatCount(largest(true))} anchored`];
  return largest(false) > 0 ? [`${formatCount(largest(false))} anchored on its own chain`] : [];
}

/** The publication that a document claims to be; undefined where it is something else. */
export function publicationOf(document: Uint8Array): Publication | undefined {
  try {
    return decodePublication(new TextDecoder().decode(document)).publication;
  } catch {
    return undefined;
  }
}
