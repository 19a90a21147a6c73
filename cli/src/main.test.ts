// The real executable, as a child process, on receipts of the testkit. One file, so that a clone without dist is built once.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex } from "../../protocol/src/bytes.ts";
import { canonicalize } from "../../protocol/src/canonical.ts";
import { formatCode } from "../../protocol/src/lock.ts";
import { formatReceipt, receiptSteps } from "../../protocol/src/receipt.ts";
import type { Receipt } from "../../protocol/src/receipt.ts";
import type { Record } from "../../protocol/src/record.ts";
import { formatInstant } from "../../protocol/src/shape.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { START, advertising, beaconOf, lockFor, personKey, receiptOf, shop, shopKey, tellStory, withdraw } from "../../protocol/testkit/story.ts";
import { publicJwk, signDocument, signRecord } from "../../protocol/src/sign.ts";

const bin = fileURLToPath(new URL("../bin/freehold.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "freehold-cli-"));
const file = (name: string) => join(folder, name);
const save = (name: string, content: string | Uint8Array) => writeFileSync(file(name), content);

/** The instants of most tests: soon after the receipts' checkpoint, and after the grant has expired. */
const SOON = formatInstant(START + 420);
const LATE = formatInstant(START + 101 * 86_400);

const story = tellStory();
const { register, code } = story;
const own = receiptOf(story);
const { code: _, ...shared } = own;
const refused = refusal();

/** The receipt of a refusal in the same register, which needs no offer. */
function refusal(): Receipt {
  const { lock } = lockFor(register, 1);
  const record: Record = { "@context": "urn:freehold:record:1", act: "dpv:ConsentRefused", beacon: beaconOf(register, story.at), controller: shop, lock };
  const sealed = register.seal(signRecord(record, personKey), lock);
  return register.receipt({ record: sealed, key: { ...publicJwk(personKey) }, beacon: story.at, at: register.publish(START + 400) });
}

beforeAll(async () => {
  save("receipt.json", formatReceipt(shared));
  save("own.json", formatReceipt(own));
  save("policy.json", register.policyText);
  save("code.txt", `${code}\n`);
  const { stderr } = await run(["--version"]);
  expect(stderr).toMatch(/^$|building the command/);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
}

async function run(
  args: readonly string[],
  { stdin, env, node = process.execPath }: { stdin?: string | Uint8Array; env?: NodeJS.ProcessEnv; node?: string } = {},
): Promise<Ran> {
  const child = spawn(node, [bin, ...args], { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder, ...env } });
  const out: Ran = { exit: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (out.stderr += text));
  child.stdin.on("error", () => {}).end(stdin);
  out.exit = await new Promise((resolve) => child.on("close", resolve));
  return out;
}

const judged = ["--policy", "policy.json", "--at", SOON];

/** Saves a receipt and verifies it with `--json`. */
async function verifyJson(receipt: Receipt | string, args: readonly string[] = judged): Promise<Ran & { document: any }> {
  save("made.json", typeof receipt === "string" ? receipt : formatReceipt(receipt));
  const ran = await run(["verify", "made.json", "--json", ...args]);
  return { ...ran, document: JSON.parse(ran.stdout) };
}

describe("verify", () => {
  test("a receipt verifies: exit 0, every step marked, nothing on stderr, no colour in a pipe", async () => {
    const { exit, stdout, stderr } = await run(["verify", "receipt.json", ...judged]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(
      stdout
        .split("\n")
        .filter((line) => line.startsWith("✓"))
        .map((line) => line.split(/\s+/)[1]),
    ).toEqual(receiptSteps);
    expect(stdout).toContain("\nVerified: consent given to Acme Shop Ltd\n");
    expect(stdout).not.toContain("\u001b");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toMatch(/ $/m);
  });

  test("--json is one document and nothing else", async () => {
    const { exit, stderr, document } = await verifyJson(shared);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const { result, steps, ...rest } = document;
    expect(rest).toEqual({ verified: true, file: "made.json", at: SOON, policy: "policy.json", holdsCode: false });
    expect(steps.map(({ step, ok }: { step: string; ok: boolean }) => ok && step)).toEqual(receiptSteps);
    expect(result).toMatchObject({
      state: "in force",
      ended: false,
      expired: false,
      notBefore: formatInstant(START + 120),
      notAfter: formatInstant(START + 360),
      register: register.origin,
      index: story.record.index,
      size: story.at.size,
      root: toHex(story.at.root),
      record: { act: "dpv:ConsentGiven", controller: shop, processes: [advertising] },
      anchor: null,
      acknowledgements: [{ answer: "dpv:RequestAcknowledged", of: "record" }],
    });
  });

  test("standard input", async () => {
    const { exit, stdout } = await run(["verify", "-", ...judged], { stdin: formatReceipt(shared) });
    expect(exit).toBe(0);
    expect(stdout).toContain("Verified");
  });

  test("a receipt that holds its code: a warning, and the code is never printed", async () => {
    for (const args of [[], ["--json"]]) {
      for (const policy of [judged, []]) {
        const { stdout, stderr } = await run(["verify", "own.json", ...args, ...policy]);
        expect(stderr).toMatch(/can end\s+the record/);
        for (const group of code.split("-")) expect(stdout + stderr).not.toContain(group);
        expect(stdout + stderr).not.toContain(toHex(story.secret));
      }
    }
  });

  test("the state: stale, expired, ended in the log, ended by acknowledgement", async () => {
    const { stdout } = await run(["verify", "receipt.json", "--policy", "policy.json", "--at", formatInstant(START + 360 + 7200)]);
    expect(stdout).toMatch(/in force on 2026-11-01 09:06:00 UTC\. That is 2 hours ago; by\s+the policy it is stale after 5 minutes/);

    const expired = await verifyJson(shared, ["--policy", "policy.json", "--at", LATE]);
    expect(expired.document.result).toMatchObject({ state: "expired", expired: true, ended: false });

    const other = tellStory();
    const lock = toHex(bytesOf("lock of the answer"));
    const answer = {
      "@context": "urn:freehold:acknowledgement:1",
      answer: "dpv:RequestFulfilled",
      controller: shop,
      issued: formatInstant(START + 500),
      lock,
      secret: toHex(other.secret),
    } as const;
    const sealed = other.register.seal(signDocument("freehold-acknowledgement+jws", answer, shopKey), lock);
    const acknowledged = await verifyJson(receiptOf({ ...other, acknowledgement: sealed }, other.register.publish(START + 600)));
    expect(acknowledged.document.result).toMatchObject({ state: "ended", ended: true, acknowledgements: [{ of: "withdrawal" }] });
    expect(acknowledged.stdout).not.toContain(toHex(other.secret));
    const words = await run(["verify", "made.json", ...judged]);
    expect(words.stdout).toContain("Verified: consent given to Acme Shop Ltd; it has ended");
    expect(words.stdout).toMatch(/the log did not\s+show it yet/);

    const ended = await verifyJson(receiptOf(other, withdraw(other.register, other.secret)));
    expect(ended).toMatchObject({ exit: 0, stderr: "", document: { holdsCode: true, result: { state: "ended", ended: true } } });
  });

  test("a refusal without processes concerns everything", async () => {
    save("made.json", formatReceipt(refused));
    const { exit, stdout } = await run(["verify", "made.json", ...judged]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/consent refused to Acme Shop Ltd[^]*for +everything: all purposes, data and processing/);
  });

  test("a policy without witnesses: no time is known", async () => {
    save("none.txt", `${(JSON.parse(register.policyText) as { tlog: string }).tlog.split("\n")[0]}\nquorum none\n`);
    save("made.json", formatReceipt(refused));
    const { exit, stdout } = await run(["verify", "made.json", "--policy", "none.txt"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/signed +nobody knows when: the policy asks for no witness/);
    expect(stdout).toMatch(/no witness says when\s+that was/);
  });

  test("an anchor is only claimed: no chain is asked", async () => {
    const anchors = [{ chainId: 1, confirmations: 12, contract: "5f".repeat(20), register: "f3".repeat(20) }];
    save("anchors.json", JSON.stringify({ ...(JSON.parse(register.policyText) as object), anchors }));
    const anchor = { block: 7, chainId: 1, contract: "5f".repeat(20), path: [], register: "f3".repeat(20), root: toHex(story.at.root), size: story.at.size };
    const { document } = await verifyJson({ ...shared, anchor }, ["--policy", "anchors.json"]);
    expect(document.result.anchor).toEqual({ state: "claimed", chainId: 1, block: 7 });
  });
});

/** Another hexadecimal or base64 symbol in the middle of a text. */
function flip(text: string, at = Math.floor(text.length / 2)): string {
  return text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
}
const inNote = (note: string, line: number) =>
  note
    .split("\n")
    .map((text, i) => (i === line ? flip(text, 10) : text))
    .join("\n");
const proofLines = own.proof.split("\n");
const rootLine = proofLines.indexOf("") + 3;

describe("a receipt that was tampered with: exit 3, and the step is named", () => {
  const { binding, claims, acknowledgements } = own;
  const parts: [what: string, step: string, code: string, changes: Partial<Receipt>][] = [
    ["proof, no proof any more", "form", "proof_malformed", { proof: own.proof.replace("index", "indes") }],
    ["record, its signature", "signature", "jws_signature", { record: flip(own.record, own.record.length - 70) }],
    ["key", "signature", "jws_header", { key: { ...own.key, x: flip(own.key.x) } }],
    ["opening", "commitment", "commitment_mismatch", { opening: flip(own.opening) }],
    ["entry, its lock", "lock", "lock_mismatch", { entry: flip(own.entry, 120) }],
    ["code of another lock", "lock", "lock_mismatch", { code: formatCode(bytesOf("another secret")) }],
    ["proof, its origin", "origin", "receipt_origin", { proof: own.proof.replace("register.example/log\n", "register.example/lag\n") }],
    ["proof, the root", "checkpoint", "note_signature_invalid", { proof: inNote(own.proof, rootLine) }],
    ["proof, its index", "inclusion", "inclusion_invalid", { proof: own.proof.replace(/index \d+/, `index ${story.record.index - 1}`) }],
    ["proof, a hash", "inclusion", "inclusion_invalid", { proof: inNote(own.proof, 3) }],
    ["beacon, its note", "beacon", "note_signature_invalid", { beacon: { ...own.beacon, checkpoint: inNote(own.beacon.checkpoint, 2) } }],
    ["beacon, its path", "beacon", "receipt_beacon", { beacon: { ...own.beacon, path: own.beacon.path.map((hash) => flip(hash)) } }],
    ["claims", "claims", "receipt_controller", { claims: [{ ...claims![0]!, path: claims![0]!.path.map((hash) => flip(hash)) }] }],
    ["offer", "offer", "receipt_offer", { offer: flip(own.offer!, own.offer!.length - 70) }],
    ["binding", "binding", "receipt_binding", { binding: { ...binding!, opening: flip(binding!.opening) } }],
    [
      "acknowledgements",
      "acknowledgement",
      "receipt_acknowledgement",
      { acknowledgements: [{ ...acknowledgements![0]!, entry: flip(acknowledgements![0]!.entry) }] },
    ],
    [
      "anchor of nobody",
      "anchor",
      "anchor_mismatch",
      { anchor: { block: 7, chainId: 1, contract: "5f".repeat(20), path: [], register: "f3".repeat(20), root: "00".repeat(32), size: 99 } },
    ],
    ["status", "status", "status_mismatch", { status: { ...own.status, chunk: flip(own.status.chunk) } }],
  ];

  test.each(parts)("%s", async (_what, step, errorCode, changes) => {
    const { exit, document } = await verifyJson({ ...shared, ...changes });
    expect(exit).toBe(3);
    const last = document.steps.at(-1);
    expect(last).toEqual({ step, ok: false, code: errorCode, message: expect.any(String) });
    expect(document.steps.slice(0, -1).every(({ ok }: { ok: boolean }) => ok)).toBe(true);
    expect(document).toMatchObject({ verified: false });
    expect(document).not.toHaveProperty("result");
  });

  test("in words: the failed step, its code, and the steps that were not reached", async () => {
    save("made.json", formatReceipt({ ...shared, offer: flip(own.offer!, own.offer!.length - 70) }));
    const { exit, stdout } = await run(["verify", "made.json", ...judged]);
    expect(exit).toBe(3);
    expect(stdout).toMatch(
      /✗ offer +\S[^]*code: receipt_offer\n· not reached +controller, binding, acknowledgement, anchor, status\n\nNot verified: the step offer failed\./,
    );
  });
});

describe("the policy", () => {
  test("none: fails at the checkpoint, and says how to get one", async () => {
    const { exit, stdout } = await run(["verify", "receipt.json"]);
    expect(exit).toBe(3);
    expect(stdout).toMatch(
      /✓ origin [^]*✗ checkpoint +There is no trust policy[^]*forges? a receipt[^]*--policy FILE[^]*code: policy_log_unknown\n· not reached +inclusion, /,
    );
    const { document } = await verifyJson(shared, []);
    expect(document).toMatchObject({ verified: false, policy: null });
    expect(document.steps.at(-1)).toMatchObject({ step: "checkpoint", ok: false, code: "policy_log_unknown" });
  });

  test("of the environment, of the folder, and which goes first", async () => {
    mkdirSync(file("xdg/freehold/policies"), { recursive: true });
    mkdirSync(file(".config/freehold/policies"), { recursive: true });
    const stranger = tellStory("stranger.example/log", 0).register.policyText;
    save("stranger.json", stranger);
    save("xdg/freehold/policies/register.example_log.json", register.policyText);
    const args = ["verify", "receipt.json", "--at", SOON, "--json"];
    const policyWith = async (more: string[], env: NodeJS.ProcessEnv) => {
      const { exit, stdout } = await run([...args, ...more], { env });
      return [exit, (JSON.parse(stdout) as { policy: string }).policy];
    };
    expect(await policyWith([], { FREEHOLD_POLICY: "policy.json" })).toEqual([0, "policy.json"]);
    expect(await policyWith([], { XDG_CONFIG_HOME: file("xdg") })).toEqual([0, file("xdg/freehold/policies/register.example_log.json")]);
    expect(await policyWith([], { XDG_CONFIG_HOME: "xdg" })).toEqual([3, null]);
    save(".config/freehold/policies/register.example_log.json", register.policyText);
    expect(await policyWith([], {})).toEqual([0, file(".config/freehold/policies/register.example_log.json")]);
    expect(await policyWith([], { FREEHOLD_POLICY: "stranger.json" })).toEqual([3, "stranger.json"]);
    expect(await policyWith(["--policy", "policy.json"], { FREEHOLD_POLICY: "stranger.json" })).toEqual([0, "policy.json"]);
    rmSync(file(".config"), { recursive: true });
  });

  test("a missing file is 66, one that is no policy 65", async () => {
    expect(await run(["verify", "receipt.json"], { env: { FREEHOLD_POLICY: "nowhere.json" } })).toEqual({
      exit: 66,
      stdout: "",
      stderr: "freehold: There is no file nowhere.json; it should be a trust policy.\n",
    });
    const { exit, stderr } = await run(["verify", "receipt.json", "--policy", "receipt.json"]);
    expect(exit).toBe(65);
    expect(stderr).toContain("is not a trust policy");
  });
});

describe("files that are no receipts", () => {
  test.each<[what: string, content: string | Uint8Array, says: RegExp]>([
    ["empty", "", /is not a receipt/],
    ["text", "hello", /is not a receipt\. A receipt is one line of JSON/],
    ["other JSON", register.policyText, /is not a receipt/],
    ["JSON null", "null", /is not a receipt/],
    ["binary", Uint8Array.from({ length: 5000 }, (_byte, i) => (i * 197) % 256), /not text in UTF-8/],
    ["a line break at the end", `${formatReceipt(shared)}\n`, /byte for byte/],
    ["other layout", JSON.stringify(shared, null, 2), /byte for byte/],
    [
      "an unknown member, which cannot move the cursor",
      canonicalize({ ...shared, "\u001b[2J\u202e\u0085": 1 }),
      /receipt\.\\u\{1b\}\[2J\\u\{202e\}\\u\{85\} is no member/,
    ],
    ["deep nesting", "[".repeat(200_000), /is not a receipt/],
    ["a byte too many", " ".repeat(262_145), /too large/],
  ])("%s: 65", async (_what, content, says) => {
    save("bad", content);
    for (const args of [["bad"], ["-"]]) {
      const { exit, stdout, stderr } = await run(["verify", ...args, ...judged], { stdin: content });
      expect({ exit, stdout }).toEqual({ exit: 65, stdout: "" });
      expect(stderr.replaceAll("\n", " ")).toMatch(says);
    }
  });

  test("huge, a folder, missing", async () => {
    save("huge", "");
    truncateSync(file("huge"), 100_000_000);
    expect((await run(["verify", "huge"])).exit).toBe(65);
    expect(await run(["verify", "."])).toEqual({ exit: 66, stdout: "", stderr: "freehold: . is a folder; a receipt is a file.\n" });
    const { exit, stdout } = await run(["verify", "nope.json", "--json"]);
    expect(exit).toBe(66);
    expect(JSON.parse(stdout)).toEqual({
      verified: false,
      file: "nope.json",
      error: { code: "input_missing", message: expect.stringContaining("no file nope.json") },
    });
  });
});

describe("code", () => {
  const lock = lockFor(register, 0).lock;

  test.each([
    ["an argument", [code], ""],
    ["small letters and spaces", code.toLowerCase().split("-"), ""],
    ["O for 0, L for 1", [code.replaceAll("0", "o").replaceAll("1", "L")], ""],
    ["standard input", [], `${code}\n`],
    ["standard input as -, in two lines", ["-"], code.replace(/-(?=.{34}$)/, "\r\n")],
  ])("%s", async (_what, args, stdin) => {
    const { exit, stdout, stderr } = await run(["code", ...args], { stdin });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain(`code   ${code}\n  lock   ${lock}\n`);
    const json = await run(["code", "--json", ...args], { stdin });
    expect(JSON.parse(json.stdout)).toEqual({ valid: true, code, lock });
  });

  const other = code[9] === "7" ? "8" : "7";
  test.each([
    ["one wrong symbol", code.slice(0, 10) + (code[10] === "7" ? "8" : "7") + code.slice(11), "code_checksum", `the first of group 3: ${code[10]}`],
    ["two swapped", code.slice(0, 2) + code[3]! + code[2]! + code.slice(4), "code_checksum", "the third of group 1 and the last of group 1"],
    ["several wrong", code.slice(0, 5) + "0000-1111" + code.slice(14), "code_checksum", "More than one symbol"],
    ["a symbol that is none", code.slice(0, 5) + "U" + code.slice(6), "code_malformed", 'Symbol 5 of the code is "U"'],
    ["too short", code.slice(0, -1) + other.slice(1), "code_malformed", "this one has 55"],
    ["empty", "", "code_malformed", "this one has 0"],
    ["too long", "0".repeat(2000), "input_invalid", "too large"],
  ])("%s: 65", async (_what, typed, errorCode, says) => {
    const { exit, stdout, stderr } = await run(["code", "--json"], { stdin: typed });
    expect(exit).toBe(65);
    expect(JSON.parse(stdout)).toEqual({ valid: false, error: { code: errorCode, message: expect.stringContaining(says) } });
    expect(stderr).toMatch(/^freehold: /);
  });
});

describe("the program", () => {
  test.each([
    [["verfy"], "(Did you mean verify?)"],
    [["verify"], "missing required argument"],
    [["verify", "a", "b"], "too many arguments"],
    [["verify", "receipt.json", "--polcy", "x"], "(Did you mean --policy?)"],
    [["verify", "receipt.json", "--at", "tomorrow"], "such as 2027-02-22T00:00:00Z"],
    [[], "Usage: freehold"],
  ])("wrong usage %j: 2", async (args, says) => {
    const { exit, stdout, stderr } = await run(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  test("help and version go to stdout", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
    expect(await run(["--version"])).toEqual({ exit: 0, stdout: `${version}\n`, stderr: "" });
    for (const args of [["--help"], ["help"], ["help", "verify"], ["code", "--help"]]) {
      const { exit, stdout, stderr } = await run(args);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout).toContain("Examples:");
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  test("a reader that goes away is no error", async () => {
    const child = spawn(process.execPath, [bin, "verify", "receipt.json", ...judged], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const exit = await new Promise((resolve) => child.on("close", resolve));
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });

  test("in a clone without packages it says what to do", () => {
    mkdirSync(file("clone/cli/src"), { recursive: true });
    mkdirSync(file("clone/protocol/src"), { recursive: true });
    cpSync(join(bin, ".."), file("clone/cli/bin"), { recursive: true });
    save("clone/cli/src/main.ts", "");
    const { status, stderr } = spawnSync(process.execPath, [file("clone/cli/bin/freehold.mjs"), "--version"], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: "freehold: the packages it needs are not installed: run `npm ci` first\n" });
  });

  test.each(nodes())("runs on %s", async (node) => {
    expect(await run(["verify", "receipt.json", ...judged], { node })).toEqual(await run(["verify", "receipt.json", ...judged]));
    expect(await run(["code"], { node, stdin: code })).toMatchObject({ exit: 0, stderr: "" });
    expect(await run(["verify", "nope.json"], { node })).toMatchObject({ exit: 66 });
  });

  test("the README shows what is printed", async () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const blocks = [...readme.matchAll(/^```console\n\$ npx freehold (.*)\n([^]*?)^```$/gm)];
    expect(blocks.length).toBeGreaterThan(2);
    for (const [, command, output] of blocks) {
      const [args, input] = command!.split(" < ");
      const { stdout, stderr } = await run(args!.split(" "), input === undefined ? {} : { stdin: readFileSync(file(input)) });
      expect(stdout + stderr).toBe(output);
    }
  });
});

/** The Nodes that there are: this one, the one that runs npm, the one of the path, the one that npm installed. */
function nodes(): string[] {
  const onPath = spawnSync("node", ["-p", "process.execPath"], { encoding: "utf8" }).stdout?.trim();
  const installed = fileURLToPath(new URL(`../../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url));
  const found = [process.execPath, process.env["npm_node_execpath"], onPath, installed].filter((node) => node !== undefined && node !== "" && existsSync(node));
  return [...new Set(found.map((node) => realpathSync(node!)))];
}
