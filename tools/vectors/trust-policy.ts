/** Vectors of trust policies. A path here is relative to spec/vectors. */
import { formatVkey } from "../../protocol/src/note.ts";
import { parsePolicy } from "../../protocol/src/policy.ts";
import { createRegister } from "../../protocol/testkit/register.ts";

/** One case: what goes into `parseTrustPolicy`, and what it answers (keys as vkeys), or the code that it throws. */
export interface TrustPolicyVector {
  description: string;
  policy: string;
  expect?: { logs: string[]; witnesses: [name: string, vkey: string][]; quorum: string | null; anchors: object[]; maximumAge: number };
  code?: string;
}

const { tlog } = JSON.parse(createRegister("register.example/log").policyText) as { tlog: string };
const { logs, witnesses, quorum } = parsePolicy(tlog);
const anchor = { chainId: 1, confirmations: 12, contract: "5f".repeat(20), register: "f3".repeat(20) };
const full = { "@context": "urn:freehold:trust-policy:1", anchors: [anchor], maximumAge: 300, tlog };
const read = {
  logs: logs.map(({ vkey }) => formatVkey(vkey)),
  witnesses: witnesses.map(({ name, vkey }): [string, string] => [name, formatVkey(vkey)]),
  quorum,
  anchors: [anchor],
  maximumAge: 300,
};

/** All vectors of this format, by path below spec/vectors. */
export function trustPolicyVectors(): Record<string, TrustPolicyVector> {
  const out: Record<string, TrustPolicyVector> = {};
  for (const [name, vector] of Object.entries(good())) out[`trust-policy/valid/${name}.json`] = vector;
  for (const [name, vector] of Object.entries(bad())) out[`trust-policy/invalid/${name}.json`] = vector;
  return out;
}

function good(): Record<string, TrustPolicyVector> {
  const alone = tlog.replace(/^(witness|group).*\n/gm, "").replace(/quorum .*/, "quorum none");
  return {
    complete: { description: "with every member", policy: JSON.stringify(full), expect: read },
    "in-any-layout": {
      description: "it is a setting, not a signed document",
      policy: `\n${JSON.stringify({ tlog, maximumAge: 300, anchors: [anchor], "@context": full["@context"] }, null, "\t")}\n`,
      expect: read,
    },
    "with-defaults": {
      description: "no anchors, a day",
      policy: JSON.stringify({ "@context": full["@context"], tlog }),
      expect: { ...read, anchors: [], maximumAge: 86_400 },
    },
    "bare-tlog-policy": { description: "the C2SP text alone", policy: tlog, expect: { ...read, anchors: [], maximumAge: 86_400 } },
    "bare-with-comment": { description: "a comment first", policy: `# Whom we believe\n\n${tlog}`, expect: { ...read, anchors: [], maximumAge: 86_400 } },
    "quorum-none": {
      description: "no witness: nothing is fresh",
      policy: alone,
      expect: { ...read, witnesses: [], quorum: null, anchors: [], maximumAge: 86_400 },
    },
    "two-addresses-of-one-register": {
      description: "a register that changed its address",
      policy: JSON.stringify({ ...full, anchors: [anchor, { ...anchor, register: "f4".repeat(20) }] }),
      expect: { ...read, anchors: [anchor, { ...anchor, register: "f4".repeat(20) }] },
    },
    "oldest-status-allowed": { description: "30 days", policy: JSON.stringify({ ...full, maximumAge: 2_592_000 }), expect: { ...read, maximumAge: 2_592_000 } },
  };
}

function bad(): Record<string, TrustPolicyVector> {
  const wrong = (description: string, policy: unknown): TrustPolicyVector => ({
    description,
    policy: typeof policy === "string" ? policy : JSON.stringify(policy),
    code: "policy_malformed",
  });
  const changed = (description: string, changes: object) => wrong(description, { ...full, ...changes });
  const anchored = (description: string, changes: object) => changed(description, { anchors: [{ ...anchor, ...changes }] });
  return {
    empty: wrong("nothing", ""),
    "no-json": wrong("cut off", JSON.stringify(full).slice(0, -1)),
    "is-a-list": wrong("an object, or a tlog-policy", [full]),
    "byte-order-mark": wrong("JSON begins with {", `\ufeff${JSON.stringify(full)}`),
    "context-missing": changed("a version is required", { "@context": undefined }),
    "context-of-a-later-version": changed("a version that nobody knows", { "@context": "urn:freehold:trust-policy:2" }),
    "tlog-missing": changed("somebody must be believed", { tlog: undefined }),
    "tlog-without-log": changed("one log at least", { tlog: tlog.replace(/^log .*\n/m, "") }),
    "bare-without-log": wrong("one log at least", tlog.replace(/^log .*\n/m, "")),
    "tlog-without-quorum": changed("a quorum is required", { tlog: tlog.replace(/^quorum .*\n/m, "") }),
    "tlog-cut-off": changed("the last line ends in a newline", { tlog: tlog.slice(0, -1) }),
    "tlog-with-a-witness-twice": changed("one key counts once", { tlog: tlog.replace(/^witness W1 (.*)\n/m, "witness W1 $1\nwitness W0 $1\n") }),
    "tlog-is-a-list": changed("a text", { tlog: tlog.split("\n") }),
    "age-0": changed("1 second at least", { maximumAge: 0 }),
    "age-above-30-days": changed("2,592,000 seconds at most", { maximumAge: 2_592_001 }),
    "age-of-half-a-second": changed("whole seconds", { maximumAge: 0.5 }),
    "age-is-a-text": changed("a number", { maximumAge: "300" }),
    "age-is-null": changed("absent, or a number", { maximumAge: null }),
    "age-without-end": wrong("1e999 is no integer", JSON.stringify(full).replace("300", "1e999")),
    "anchors-17": changed("16 at most", { anchors: Array.from({ length: 17 }, () => anchor) }),
    "anchor-without-confirmations": anchored("1 at least", { confirmations: undefined }),
    "anchor-with-0-confirmations": anchored("1 at least", { confirmations: 0 }),
    "anchor-in-capitals": anchored("lower case", { contract: "5F".repeat(20) }),
    "anchor-with-prefix": anchored("no 0x", { contract: `0x${"5f".repeat(19)}` }),
    "anchor-with-a-member-unknown": anchored("no other member", { rpc: "https://rpc.example" }),
    "member-unknown": changed("no other member", { trustEverything: true }),
    "member-proto": wrong("a member like any other", JSON.stringify(full).replace("{", '{"__proto__":{"maximumAge":1},')),
  };
}
