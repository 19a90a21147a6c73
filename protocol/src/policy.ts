/** Whom a verifier believes (C2SP tlog-policy): known logs, known witnesses, and how many of these must have cosigned. */
import { parseCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { verifyCosignatures } from "./cosignature.ts";
import { FreeholdError } from "./errors.ts";
import { fromDecimal, isPlainText } from "./fields.ts";
import { parseNote, parseVkey, TYPE_COSIGNATURE, TYPE_ED25519, verifyNote } from "./note.ts";
import type { Vkey } from "./note.ts";
import { equal } from "./bytes.ts";

export interface PolicyLog {
  /** Its name is the origin of the log. */
  readonly vkey: Vkey;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Means something in this policy only; the witness's own name is that of its key. */
  readonly name: string;
  readonly vkey: Vkey;
  readonly url?: string;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many members must have cosigned, 1 to all. */
  readonly threshold: number;
  /** Names of witnesses and of groups further up. */
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Each after those of which it is made. */
  readonly groups: readonly PolicyGroup[];
  /** The name of a witness or group; null for `quorum none`: no cosignature is needed. */
  readonly quorum: string | null;
}

/** A witness of a policy, by its name there, and when it cosigned (seconds since 1970). */
export interface Cosignature {
  readonly name: string;
  readonly time: number;
}

/**
 * Reads a policy. Its lines end in a newline each, the last one too: a text that was cut could name another quorum.
 *
 * @throws `policy_malformed` naming the line and the rule; also for keys of other types than 0x01 (logs) and 0x04
 *   (witnesses), because nothing here could verify their signatures.
 * @see C2SP tlog-policy, "Policy file syntax and structure"
 * @example
 * ```ts
 * parsePolicy(`log ${logVkey}\nwitness W1 ${witnessVkey}\nquorum W1\n`);
 * ```
 */
export function parsePolicy(text: string): Policy {
  if (!isPlainText(text, "\t") || text.includes("\u007f"))
    throw malformed("it has a control character other than tab and newline, or half of a surrogate pair");
  if (!text.endsWith("\n")) throw malformed("its last line does not end in a newline");
  const logs: PolicyLog[] = [];
  const witnesses: PolicyWitness[] = [];
  const groups: PolicyGroup[] = [];
  const names = new Set<string>();
  const grouped = new Set<string>();
  let quorum: string | null | undefined;

  for (const [i, line] of text.split("\n").entries()) {
    const refuse = (why: string) => malformed(`line ${i + 1}: ${why}`);
    const define = (name: string) => {
      if (name === "none") throw refuse('the name "none" has a meaning already');
      if (names.has(name)) throw refuse(`the name "${name}" stands for something already`);
      names.add(name);
    };
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== "");
    if (keyword === undefined || keyword.startsWith("#")) continue;
    if (keyword === "log") {
      const [vkeyText, url, ...more] = items;
      if (vkeyText === undefined || more.length > 0) throw refuse("a log is `log <vkey> [<url>]`");
      logs.push({ vkey: readKey(vkeyText, TYPE_ED25519, logs, refuse), ...(url === undefined ? {} : { url }) });
    } else if (keyword === "witness") {
      const [name, vkeyText, url, ...more] = items;
      if (name === undefined || vkeyText === undefined || more.length > 0) throw refuse("a witness is `witness <name> <vkey> [<url>]`");
      define(name);
      witnesses.push({ name, vkey: readKey(vkeyText, TYPE_COSIGNATURE, witnesses, refuse), ...(url === undefined ? {} : { url }) });
    } else if (keyword === "group") {
      const [name, rule, ...members] = items;
      if (name === undefined || rule === undefined || members.length === 0) throw refuse("a group is `group <name> all|any|<number> <name>...`");
      for (const member of members) {
        if (!names.has(member)) throw refuse(`no witness or group "${member}" stands above`);
        if (grouped.has(member)) throw refuse(`"${member}" is a member of a group already, and may be of one only`);
        grouped.add(member);
      }
      define(name);
      const threshold = rule === "any" ? 1 : rule === "all" ? members.length : fromDecimal(rule);
      if (threshold === undefined || threshold < 1 || threshold > members.length)
        throw refuse(`a group of ${members.length} needs "all", "any" or a number from 1 to ${members.length}`);
      groups.push({ name, threshold, members });
    } else if (keyword === "quorum") {
      const [name, ...more] = items;
      if (name === undefined || more.length > 0) throw refuse("a quorum is `quorum <name>`");
      if (quorum !== undefined) throw refuse("there is a quorum already");
      if (name !== "none" && !names.has(name)) throw refuse(`no witness or group "${name}" stands above`);
      quorum = name === "none" ? null : name;
    } else {
      throw refuse("a line begins with log, witness, group, quorum or #");
    }
  }
  if (quorum === undefined) throw malformed("it has no quorum line");
  return { logs, witnesses, groups, quorum };
}

/**
 * Whether cosignatures by these witnesses (their names in the policy) satisfy the quorum. Always, for `quorum none`.
 *
 * @see C2SP tlog-policy, "Defining the quorum"
 * @example
 * ```ts
 * if (isSatisfied(policy, ["W1", "W3"])) publish(checkpoint);
 * ```
 */
export function isSatisfied(policy: Policy, witnesses: Iterable<string>): boolean {
  return (
    quorumTime(
      policy,
      Array.from(witnesses, (name) => ({ name, time: 0 })),
    ) !== undefined
  );
}

/**
 * The *witnessed time*: the largest t for which the cosignatures not older than t satisfy the quorum. As many witnesses
 * as the quorum needs would have to lie for it to be too late.
 *
 * @param cosignatures verified ones; names that are not in the policy are ignored, of several by one witness the
 *   latest counts.
 * @returns seconds since 1970, or null for `quorum none`, where no time is witnessed.
 * @throws `policy_quorum` when all cosignatures together do not satisfy the quorum.
 * @see spec/log.md, "Witnessed time"
 * @example
 * ```ts
 * witnessedTime(policy, [{ name: "W1", time: 1_700_000_000 }, { name: "W2", time: 1_700_000_060 }]); // 2 of 2: 1700000000
 * ```
 */
export function witnessedTime(policy: Policy, cosignatures: readonly Cosignature[]): number | null {
  const time = quorumTime(policy, cosignatures);
  if (time === undefined) {
    const who = cosignatures.map(({ name }) => name).join(", ") || "no known witness";
    throw new FreeholdError("policy_quorum", `The checkpoint is cosigned by ${who}; that does not satisfy the quorum "${policy.quorum}" of the policy.`);
  }
  return time;
}

export interface WitnessedCheckpoint extends Checkpoint {
  /** Witnesses of the policy that cosigned, each with its latest time. */
  readonly cosignatures: readonly Cosignature[];
  /** See {@link witnessedTime}: seconds since 1970; null when the policy asks for no witness. */
  readonly witnessedTime: number | null;
}

/**
 * Verifies a signed checkpoint as the policy asks, in this order: it is a note and a checkpoint; the policy knows a
 * log whose name is its origin; that log signed it; no line of a known key is wrong; the witnesses satisfy the quorum.
 *
 * @throws `note_malformed`, `checkpoint_malformed`, `policy_log_unknown`, `note_signature_invalid`, `policy_quorum`.
 * @see C2SP tlog-policy, 'What is a "policy"?'
 * @example
 * ```ts
 * const { size, root, witnessedTime } = await verifyCheckpoint(await response.text(), policy);
 * ```
 */
export async function verifyCheckpoint(note: string, policy: Policy): Promise<WitnessedCheckpoint> {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpoint(parsed.text);
  const logKeys = policy.logs.map((log) => log.vkey).filter((vkey) => vkey.name === checkpoint.origin);
  if (logKeys.length === 0) throw new FreeholdError("policy_log_unknown", `The policy does not name the log "${checkpoint.origin}".`);
  await verifyNote(note, logKeys);
  const times = await verifyCosignatures(
    parsed,
    policy.witnesses.map((witness) => witness.vkey),
  );
  const cosignatures = policy.witnesses.flatMap(({ name, vkey }) => {
    const time = times.get(vkey);
    return time === undefined ? [] : [{ name, time }];
  });
  return { ...checkpoint, cosignatures, witnessedTime: witnessedTime(policy, cosignatures) };
}

/** The time that the quorum vouches for, null when it asks for nothing, undefined when it is not satisfied. */
function quorumTime({ witnesses, groups, quorum }: Policy, cosignatures: readonly Cosignature[]): number | null | undefined {
  if (quorum === null) return null;
  const times = new Map<string, number>();
  for (const { name } of witnesses) {
    const own = cosignatures.filter((cosignature) => cosignature.name === name).map((cosignature) => cosignature.time);
    if (own.length > 0) times.set(name, Math.max(...own));
  }
  // k members vouch for t exactly when the k-th latest of them is not before t; groups name only what stands above.
  for (const { name, threshold, members } of groups) {
    const latest = members.flatMap((member) => times.get(member) ?? []).sort((a, b) => b - a);
    if (latest.length >= threshold) times.set(name, latest[threshold - 1]!);
  }
  return times.get(quorum);
}

function readKey(text: string, type: Vkey["type"], known: readonly { vkey: Vkey }[], refuse: (why: string) => FreeholdError): Vkey {
  let vkey: Vkey;
  try {
    vkey = parseVkey(text);
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
  if (vkey.type !== type) throw refuse(`the key has signature type ${vkey.type}; logs have keys of type 1 and witnesses of type 4`);
  if (known.some((other) => equal(other.vkey.publicKey, vkey.publicKey))) throw refuse("the same public key stands above already");
  return vkey;
}

function malformed(why: string): FreeholdError {
  return new FreeholdError("policy_malformed", `This is no policy: ${why.replace(/\.$/, "")}.`);
}
