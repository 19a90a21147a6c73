// What a register may answer; the real one is asked in test/audit.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeEntry } from "../../protocol/src/entry.ts";
import { formatCode, lockOf } from "../../protocol/src/lock.ts";
import { formatProof } from "../../protocol/src/proof.ts";
import { bytesOf, createRegister } from "../../protocol/testkit/register.ts";
import { START } from "../../protocol/testkit/story.ts";
import { Failure } from "./exit.ts";
import { withdraw } from "./withdraw.ts";
import type { WithdrawOptions } from "./withdraw.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-withdraw-"));
const policy = join(folder, "policy.json");
const page = { width: 80, colour: false };
const secret = bytesOf("secret");
const code = formatCode(secret);

const log = createRegister("register.test/log");
log.append({ kind: "record", commitment: bytesOf("commitment"), lock: lockOf(secret) });
const index = log.append({ kind: "withdrawal", secret });
const at = log.publish(START);
const proof = formatProof({ index, hashes: log.inclusion(index, at), checkpoint: at.note });

type Answer = [status: number, body: unknown, headers?: Record<string, string>];
let answers: Answer[] = [];
let got: { url: string; body: Buffer; type: string | undefined }[] = [];
let server: Server;
let register: string;

beforeAll(async () => {
  writeFileSync(policy, log.policyText);
  process.env["XDG_CONFIG_HOME"] = folder;
  delete process.env["FREEHOLD_POLICY"];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      got.push({ url: `${request.method} ${request.url}`, body: Buffer.concat(chunks), type: request.headers["content-type"] });
      const [status, body, headers = {}] = answers.length > 1 ? answers.shift()! : answers[0]!;
      response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  register = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  got = [];
});

async function withdrawJson(answer: Answer | Answer[], options: WithdrawOptions = {}): Promise<{ exit: number; document: any }> {
  answers = Array.isArray(answer[0]) ? (answer as Answer[]) : [answer as Answer];
  const { exit, stdout } = await withdraw([code], { register, policy, json: true, ...options }, page);
  return { exit, document: JSON.parse(stdout) };
}

async function failure(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

test("posts the entry of the secret, waits for the checkpoint, verifies the proof", async () => {
  const { exit, document } = await withdrawJson([201, { index, state: "published", proof }]);
  expect(exit).toBe(0);
  expect(got).toEqual([
    { url: "POST /v1/entries?wait=published", body: Buffer.from(encodeEntry({ kind: "withdrawal", secret })), type: "application/octet-stream" },
  ]);
  expect(document).toMatchObject({ withdrawn: true, already: false, index, verdict: { state: "verified", policy, witnesses: ["W1", "W2", "W3"] } });
});

test("in words: the entry, the proof, and what it means; already withdrawn", async () => {
  answers = [[200, { index, state: "published", proof }]];
  const { stdout } = await withdraw([code.toLowerCase()], { register, policy }, page);
  expect(stdout).toContain(`This code was withdrawn already, entry ${index}.`);
  expect(stdout).toContain("cosigned by W1, W2, W3");
  expect(stdout).toContain("Every record with this lock has ended");
  expect(stdout).not.toContain(code);
});

test("without a policy: exit 0, and it says that nobody was believed", async () => {
  answers = [[201, { index, state: "published", proof }]];
  const { exit, stdout } = await withdraw([code], { register }, page);
  expect(exit).toBe(0);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("Not verified: who signed that.");
});

describe("an answer that shows nothing is not believed: exit 3", () => {
  const other = createRegister("register.test/log", "another key");
  other.append({ kind: "record", commitment: bytesOf("commitment"), lock: lockOf(secret) });
  other.append({ kind: "withdrawal", secret });
  const forged = other.publish(START);
  test.each<[string, object, string]>([
    ["no proof", { index, state: "sequenced" }, "proof_missing"],
    [
      "a proof of another entry",
      { index, state: "published", proof: formatProof({ index: 0, hashes: log.inclusion(0, at), checkpoint: at.note }) },
      "proof_malformed",
    ],
    [
      "a proof that leads elsewhere",
      { index: 0, state: "published", proof: formatProof({ index: 0, hashes: log.inclusion(0, at), checkpoint: at.note }) },
      "inclusion_invalid",
    ],
    [
      "a proof of another log",
      { index, state: "published", proof: formatProof({ index, hashes: other.inclusion(index, forged), checkpoint: forged.note }) },
      "note_signature_invalid",
    ],
    ["no proof at all", { index, state: "published", proof: "trust me" }, "proof_malformed"],
  ])("%s", async (_, answer, expected) => {
    const { exit, document } = await withdrawJson([201, answer]);
    expect(exit).toBe(3);
    expect(document).toMatchObject({ withdrawn: false, verdict: { state: "refused", code: expected } });
    const { stdout } = await withdraw([code], { register, policy }, page);
    expect(stdout).toMatch(/^Not verified: /);
  });

  test("without a policy an inclusion that does not hold is refused too", async () => {
    const { exit } = await withdrawJson(
      [201, { index: 0, state: "published", proof: formatProof({ index: 0, hashes: log.inclusion(0, at), checkpoint: at.note }) }],
      { policy: undefined as never },
    );
    expect(exit).toBe(3);
  });
});

describe("refusals", () => {
  test("an unknown lock: exit 1 with the register's sentence", async () => {
    const {
      exit,
      code: problem,
      message,
    } = await failure(withdrawJson([409, { code: "lock_unknown", detail: "This secret opens the lock of no record in the log." }]));
    expect([exit, problem, message]).toEqual([1, "lock_unknown", "This secret opens the lock of no record in the log."]);
  });

  test("limits and short failures are waited for", async () => {
    const busy: Answer = [429, { code: "rate_limited", detail: "Too much." }, { "retry-after": "1" }];
    const { exit } = await withdrawJson([busy, [503, ""], [201, { index, state: "published", proof }]]);
    expect(exit).toBe(0);
    expect(got).toHaveLength(3);
  });

  test("no answer: 69, and the two other channels", async () => {
    const { exit, message } = await failure(withdraw([code], { register: "http://127.0.0.1:1" }, page));
    expect(exit).toBe(69);
    expect(message).toContain("the company");
    expect(message).toContain("the contract on the chain");
  });

  test.each<Answer>([
    [404, "<html>"],
    [200, "[]"],
    [201, { index: "1" }],
    [302, ""],
  ])("what is no register: 65 (%i %s)", async (...answer) => {
    expect((await failure(withdrawJson(answer))).exit).toBe(65);
  });

  test("a code that is none is not sent: 65; an address that is none: 2", async () => {
    answers = [[201, {}]];
    expect((await failure(withdraw([code.slice(0, -1)], { register }, page))).exit).toBe(65);
    expect((await failure(withdraw([code], { register: "register" }, page))).exit).toBe(2);
    expect(got).toEqual([]);
  });
});
