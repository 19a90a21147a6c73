/** The command `freehold verify`: one receipt, judged step by step. */
import { FreeholdError } from "@freehold/protocol/errors";
import { parseProof } from "@freehold/protocol/proof";
import { MAX_RECEIPT, parseReceipt, receiptSteps, verifyReceipt } from "@freehold/protocol/receipt";
import type { Receipt, ReceiptStep, VerifiedReceipt } from "@freehold/protocol/receipt";
import { formatInstant } from "@freehold/protocol/shape";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { nameOf, readText } from "./input.ts";
import { json, paint, row, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { NOBODY, findPolicy, policyFileOf } from "./policy.ts";
import { endOf, summarize, titleOf } from "./summary.ts";

/** A step that was reached: what it found, or why it failed. */
type StepReport = { step: ReceiptStep; ok: true; finding: string } | { step: ReceiptStep; ok: false; code: string; message: string };

/** What is known after a verification. Instants are seconds since 1970. */
interface Report {
  file: string;
  at: number;
  /** The policy and its file; null where none was found. */
  trust: { file: string; policy: TrustPolicy } | null;
  steps: readonly StepReport[];
  /** Whether the receipt holds its withdrawal code. */
  holdsCode: boolean;
  /** Undefined where a step failed. */
  result: VerifiedReceipt | undefined;
}

export interface VerifyOptions {
  policy?: string;
  at?: number;
  json?: boolean;
}

const HOLDS_CODE = "freehold: this receipt holds its withdrawal code: whoever gets the file can end the record. Pass on a copy without it.";

/** Verifies the receipt of a file and says so on the page. Throws {@link Failure} where there is no receipt to verify. */
export async function verify(file: string, options: VerifyOptions, page: Page): Promise<Outcome> {
  const report = await reportOf(file, options);
  const mayEnd = report.holdsCode && (report.result === undefined || endOf(report.result) === undefined);
  return {
    exit: report.result === undefined ? EXIT.unverified : EXIT.ok,
    stdout: options.json ? json(documentOf(report)) : textOf(report, page),
    stderr: mayEnd ? `${wrap(HOLDS_CODE, page)}\n` : "",
  };
}

async function reportOf(file: string, options: VerifyOptions): Promise<Report> {
  const source = await readText(file, { what: "a receipt", max: MAX_RECEIPT });
  const receipt = readReceipt(file, source);
  const origin = originOf(receipt);
  const trust = (await findPolicy(origin, options.policy)) ?? null;
  const at = options.at ?? Math.floor(Date.now() / 1000);

  const steps: StepReport[] = [];
  let result: VerifiedReceipt | undefined;
  try {
    const onStep = (step: ReceiptStep, finding: string) => steps.push({ step, ok: true, finding });
    result = await verifyReceipt(source, { policy: trust?.policy ?? NOBODY, now: at, onStep });
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    const step = receiptSteps[steps.length]!;
    const message = trust === null && step === "checkpoint" && error.code === "policy_log_unknown" ? nobodyToBelieve(origin) : error.message;
    steps.push({ step, ok: false, code: error.code, message });
  }
  return { file, at, trust, steps, holdsCode: receipt.code !== undefined, result };
}

function readReceipt(file: string, source: string): Receipt {
  try {
    return parseReceipt(source);
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    const sentence = isReceiptLike(source)
      ? `${nameOf(file)} has the members of a receipt, but is none. ${cause.message} A receipt must be byte for byte as it was saved: even a line break at its end, or another layout, is refused.`
      : `${nameOf(file)} is not a receipt. A receipt is one line of JSON with the member "@context": "urn:freehold:receipt:1".`;
    throw new Failure(EXIT.badData, cause.code, sentence, { cause });
  }
}

function isReceiptLike(source: string): boolean {
  try {
    return (JSON.parse(source) as { "@context"?: unknown } | null)?.["@context"] === "urn:freehold:receipt:1";
  } catch {
    return false;
  }
}

/** The origin that the receipt names; nothing is verified yet. Empty where its proof is none, which the step `form` will say. */
function originOf(receipt: Receipt): string {
  try {
    const { checkpoint } = parseProof(receipt.proof);
    return checkpoint.slice(0, checkpoint.indexOf("\n"));
  } catch {
    return "";
  }
}

function nobodyToBelieve(origin: string): string {
  return (
    `There is no trust policy that says whose signatures to believe for ${origin}. ` +
    "The receipt cannot bring one: whoever forges a receipt would forge its policy too. " +
    "Get it from someone whom you trust in this; the register publishes a proposal, and to adopt that unread is trust on first use. " +
    `Then name it with --policy FILE or FREEHOLD_POLICY, or save it as ${policyFileOf(origin)}.`
  );
}

function textOf({ steps, result, trust, at }: Report, page: Page): string {
  const lines = steps.map((step) =>
    step.ok
      ? row("✓", step.step, step.finding, page, { mark: "green" })
      : row("✗", step.step, step.message, page, { mark: "red" }) + row("", "", `code: ${step.code}`, page),
  );
  if (result === undefined || trust === null) {
    const { step } = steps.at(-1)!;
    const missed = receiptSteps.slice(steps.length);
    if (missed.length > 0) lines.push(row("·", "not reached", missed.join(", "), page, { mark: "dim", rest: "dim" }));
    return `${lines.join("")}\n${paint(["bold", "red"], "Not verified", page)}: the step ${step} failed. Conclude nothing from this receipt.\n`;
  }
  const { rows, limits } = summarize(result, { ...trust, at });
  return [
    ...lines,
    `\n${paint(["bold", endOf(result) === undefined ? "green" : "yellow"], "Verified", page)}: ${wrap(titleOf(result), page, 10).trimStart()}\n\n`,
    ...rows.map(([name, text]) => row("", name, text, page)),
    `\n${wrap(limits, page)}\n`,
  ].join("");
}

/** The report as `--json` prints it: instants in words, bytes in hexadecimal, no secrets. */
function documentOf({ file, at, trust, steps, holdsCode, result }: Report): object {
  const instantOf = (time: number | null) => (time === null ? null : formatInstant(time));
  return {
    verified: result !== undefined,
    file,
    at: formatInstant(at),
    policy: trust?.file ?? null,
    holdsCode,
    steps,
    ...(result && {
      result: {
        state: endOf(result) ?? "in force",
        ended: result.ended,
        expired: result.expired,
        notBefore: instantOf(result.notBefore),
        notAfter: instantOf(result.checkpoint.witnessedTime),
        register: result.checkpoint.origin,
        index: result.index,
        size: result.checkpoint.size,
        root: Buffer.from(result.checkpoint.root).toString("hex"),
        witnesses: result.checkpoint.cosignatures.map(({ name, time }) => ({ name, time: formatInstant(time) })),
        kid: result.kid,
        hash: result.hash,
        record: result.record,
        anchor: result.anchor ? { state: result.anchor.state.state, chainId: result.anchor.anchor.chainId, block: result.anchor.anchor.block } : null,
        acknowledgements: result.acknowledgements.map(({ answer, issued, record }) => ({ answer, issued, of: record === undefined ? "withdrawal" : "record" })),
      },
    }),
  };
}
