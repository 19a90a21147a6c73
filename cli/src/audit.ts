/** The command `freehold audit`: a whole register, verified from outside. */
import { toBase64, toHex } from "@freehold/protocol/bytes";
import { formatInstant } from "@freehold/protocol/shape";
import type { Checkpoint } from "@freehold/protocol/checkpoint";
import type { ChainSeen } from "./audit/anchors.ts";
import { keepForNext } from "./audit/history.ts";
import { createProgress } from "./audit/progress.ts";
import { runAudit } from "./audit/run.ts";
import type { Audit } from "./audit/run.ts";
import type { WitnessState } from "./audit/trust.ts";
import { IN_FLIGHT } from "./audit/tiles.ts";
import { EXIT } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { json, paint, row, visible, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { openRemote, registerUrl } from "./remote.ts";

export interface AuditOptions {
  from?: string;
  policy?: string;
  rpc?: string;
  json?: boolean;
}

/** Audits the register at an address. Throws `Failure`: 69 where it does not answer, 65 where it is none. */
export async function audit(address: string, options: AuditOptions, page: Page): Promise<Outcome> {
  const begun = performance.now();
  const remote = openRemote({ connections: IN_FLIGHT });
  const progress = createProgress();
  try {
    const made = await runAudit({ url: registerUrl(address), from: options.from, policy: options.policy, rpc: options.rpc }, remote, progress);
    const isSound = made.findings.total === 0;
    if (isSound && options.from !== undefined) keepForNext(options.from, made.note);
    const seconds = (performance.now() - begun) / 1000;
    return {
      exit: isSound ? EXIT.ok : EXIT.unverified,
      stdout: options.json ? json(documentOf(made, seconds)) : textOf(made, options, seconds, page),
      stderr: "",
    };
  } finally {
    progress.end();
    remote.close();
  }
}

function textOf(made: Audit, options: AuditOptions, seconds: number, page: Page): string {
  const { findings, checkpoint, interrupted } = made;
  const { from } = options;
  const disagreements = findings
    .list()
    .map(({ code, index, message }) => line(paint("red", "✗", page), `${code}${index === null ? "" : ` ${index}`}: ${message}`));
  for (const [code, count] of Object.entries(findings.counts)) {
    const listed = findings.list().filter((one) => one.code === code).length;
    if (count > listed) disagreements.push(line(paint("red", "✗", page), `${code}: and ${number(count - listed)} more`));
  }
  if (interrupted !== undefined) disagreements.push(line("·", `The audit ended here: ${interrupted}`));
  const size = checkpoint === undefined ? "" : ` The log of ${plural(checkpoint.size, "entry", "entries")} is what its rules make of it.`;
  const verdict =
    findings.total === 0
      ? `${paint(["bold", "green"], "Sound", page)}.${size}`
      : `${paint(["bold", "red"], "Not sound", page)}: ${plural(findings.total, "disagreement")}.`;
  return [
    ...rowsOf(made, from, seconds).map(([name, text]) => row("", name, text, page)),
    "\n",
    ...disagreements,
    disagreements.length > 0 ? "\n" : "",
    `${verdict}\n\n`,
    ...cautions(made, options).map((sentence) => `${wrap(sentence, page)}\n`),
  ].join("");
}

/** One disagreement, in one line however wide the page is, so that others can pick it out. */
function line(mark: string, text: string): string {
  return `${mark} ${visible(text)}\n`;
}

function rowsOf(made: Audit, from: string | undefined, seconds: number): [string, string][] {
  const { discovery, checkpoint, trust, replayed, folded, documents, earlier, policy } = made;
  const rows: [string, string][] = [
    ["register", `${discovery.url}, log ${discovery.origin}`],
    ["policy", policy.file ?? "the register's own proposal"],
  ];
  if (checkpoint !== undefined && trust !== undefined) {
    rows.push(["checkpoint", `${plural(checkpoint.size, "entry", "entries")}, root ${toBase64(checkpoint.root)}`]);
    rows.push(...trust.witnesses.map((witness, i): [string, string] => [i === 0 ? "witnesses" : "", witnessWords(witness)]));
    rows.push(["witnessed", trust.witnessedTime === null ? "no time: nobody says when this checkpoint was the newest" : timeWords(trust.witnessedTime)]);
  }
  if (replayed !== undefined) {
    const { record, withdrawal, publication, status } = replayed.counts;
    const { readable } = replayed;
    const part = readable === checkpoint?.size ? "" : `; the status only of the first ${number(readable)}, before the first that could not be read`;
    rows.push([
      "entries",
      `${plural(record, "record")}, ${plural(withdrawal, "withdrawal")}, ${plural(publication, "publication")}, ${plural(status, "status entry", "status entries")}: form, rules, hashes${part}`,
    ]);
    rows.push(["tiles", `${plural(replayed.tiles, "hash tile")}, byte for byte${replayed.root === undefined ? "" : `; root ${toBase64(replayed.root)}`}`]);
  }
  if (folded !== undefined)
    rows.push([
      "ended",
      `${plural(folded.ended.count, "record")}; every status entry${folded.size === checkpoint?.size ? ", and the served bitmap," : ""} against the fold`,
    ]);
  if (documents !== undefined && replayed !== undefined)
    rows.push([
      "documents",
      `${number(documents.served)} served with their hash${documents.withheld === 0 ? "" : `, ${number(documents.withheld)} withheld (451), which is allowed`}`,
    ]);
  if (from !== undefined)
    rows.push([
      "history",
      earlier === undefined
        ? `no earlier checkpoint: ${from} begins with this audit`
        : `against the checkpoint of ${plural(earlier.checkpoint.size, "entry", "entries")} in ${from}`,
    ]);
  if (made.chain !== undefined) rows.push(["chain", typeof made.chain === "string" ? made.chain : chainWords(made.chain, checkpoint)]);
  rows.push(["time", `${seconds.toFixed(1)} s`]);
  return rows;
}

function chainWords({ chainId, host, to, anchors, withdrawals, submissions, excused }: ChainSeen, checkpoint: Checkpoint | undefined): string {
  const last = anchors.at(-1);
  const newest =
    last === undefined ? "none" : `the last in block ${number(last.block)} with ${number(last.size)} of ${plural(checkpoint?.size ?? 0, "entry", "entries")}`;
  const late = excused === 0 ? "" : `, and ${number(excused)} too new or too old to be owed`;
  return `${chainId}, up to block ${number(to)} by the node ${host}: ${plural(anchors.length, "anchor")}, ${newest}; ${plural(withdrawals.length, "withdrawal")} and ${plural(submissions.length, "submitted record")}${late}`;
}

/** What the reader should know before believing the verdict. */
function cautions(made: Audit, { from, rpc }: AuditOptions): string[] {
  const { policy, trust, findings, note, earlier } = made;
  const said: string[] = [];
  if (findings.total > 0) said.push("Each line above is a code, the index of the entry where there is one, and what was found.");
  if (findings.counts.history_forked !== undefined && earlier !== undefined)
    said.push("The checkpoint that contradicts the kept one, which is the evidence together with it:", ...note.trimEnd().split("\n"));
  if (policy.file === null)
    said.push(
      "Trust on first use: no policy was given, so the register's own proposal was believed unread. It says who must sign, and the register chose that. Whoever answers at this address may have made up all of it; give a policy from a source that you trust with --policy.",
    );
  if (trust?.witnesses.every(({ time, independence }) => time === null || independence === "none") === true)
    said.push("No independent witness has cosigned: this does not show that everyone sees the same log.");
  else if (policy.file === null) said.push("Whether the witnesses are independent of the register is unknown: find out who runs them.");
  if (typeof made.chain === "object" && rpc === undefined)
    said.push("The chain was read by a node that the register names: it may show another chain than there is. Give a node of your own with --rpc.");
  if (from === undefined && findings.total === 0)
    said.push("Nothing was compared with an earlier audit: --from FILE keeps the checkpoint, and shows next time that nothing was rewritten.");
  return said;
}

function witnessWords({ name, key, time, independence }: WitnessState): string {
  const who = { none: "run by the register itself: not independent", unknown: "independence unknown", policy: "chosen by the policy" }[independence];
  return `${name} (${key}), ${time === null ? "did not cosign" : `cosigned ${timeWords(time)}`}; ${who}`;
}

/** The audit as `--json` prints it. */
function documentOf(made: Audit, seconds: number): object {
  const { discovery, findings, policy, note, checkpoint, trust, earlier, replayed, folded, documents, interrupted, chain } = made;
  const instantOf = (time: number | null) => (time === null ? null : instantWords(time));
  return {
    sound: findings.total === 0,
    register: discovery.url,
    origin: discovery.origin,
    policy: { file: policy.file, trustOnFirstUse: policy.file === null },
    checkpoint:
      checkpoint === undefined ? null : { size: checkpoint.size, root: toHex(checkpoint.root), witnessedTime: instantOf(trust?.witnessedTime ?? null), note },
    witnesses: trust?.witnesses.map((witness) => ({ ...witness, time: instantOf(witness.time) })) ?? [],
    earlier: earlier === undefined ? null : { size: earlier.checkpoint.size, root: toHex(earlier.checkpoint.root) },
    checked:
      replayed === undefined
        ? null
        : {
            entries: replayed.counts,
            tiles: replayed.tiles,
            status: folded?.size ?? 0,
            ended: folded?.ended.count ?? 0,
            documents: { served: documents!.served, withheld: documents!.withheld },
          },
    chain:
      typeof chain === "object"
        ? {
            chainId: chain.chainId,
            node: chain.host,
            to: chain.to,
            anchors: chain.anchors.length,
            newest: chain.anchors.at(-1)?.size ?? null,
            withdrawals: chain.withdrawals.length,
            submissions: chain.submissions.length,
            excused: chain.excused,
          }
        : null,
    disagreements: findings.list(),
    counts: findings.counts,
    interrupted: interrupted ?? null,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** A witness may sign any time up to 2^53-1. */
function instantWords(time: number): string {
  return time < 253_402_300_800 ? formatInstant(time) : `${time} seconds after 1970`;
}

function timeWords(time: number): string {
  return instantWords(time).replace("T", " ").replace("Z", " UTC");
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
