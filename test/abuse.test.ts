/** Requests as nobody should send them: the register answers with a code or closes the connection, and goes on. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toBase64 } from "@freehold/protocol/bytes";
import { recordOf } from "../ledger/testkit.ts";
import { batchOf, indexesOf, post, submit } from "./client.ts";
import { endAll, startRegister, until } from "./register.ts";
import type { RunningRegister } from "./register.ts";

let register: RunningRegister;
beforeAll(async () => {
  // Little memory: what is kept for each abandoned request would soon end the process.
  register = await startRegister({ flags: "--interval 60000 --rate 0", env: { NODE_OPTIONS: "--max-old-space-size=64 --max-semi-space-size=4" } });
});
afterAll(endAll);

interface Conversation {
  socket: Socket;
  /** All that was answered until the connection was closed. */
  ended: Promise<string>;
}

/** Opens a connection and writes to it as it is. */
function talk(text: string | Uint8Array, url = register.url): Conversation {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answered = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (answered += chunk));
  socket.on("error", () => {}); // closed by the other side, as it should be
  if (text.length > 0) socket.write(text);
  return { socket, ended: new Promise((resolve) => socket.once("close", () => resolve(answered))) };
}

const head = (...lines: string[]) => `${[...lines, "host: register.example"].join("\r\n")}\r\n\r\n`;
const POST = "POST /v1/entries HTTP/1.1";
const octets = "content-type: application/octet-stream";
const json = "content-type: application/json";

async function expectAlive(): Promise<void> {
  expect(await (await fetch(`${register.url}/healthz`)).text()).toBe("ok\n");
  expect(register.stderr).toBe("");
}

test.each<[what: string, text: string, status: number]>([
  ["no HTTP", "\x16\x03\x01\x02\x00\x01\r\n\r\n", 400],
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n", 400],
  ["a host that is none", "GET /healthz HTTP/1.1\r\nhost: a b{}\r\nconnection: close\r\n\r\n", 400],
  ["a NUL in the path", "GET /log/\0 HTTP/1.1\r\nhost: a\r\n\r\n", 400],
  ["headers without end", head("GET / HTTP/1.1", `x: ${"a".repeat(70_000)}`), 431],
  ["two lengths", head(POST, "content-length: 5", "transfer-encoding: chunked"), 400],
  ["a length below zero", head(POST, "content-length: -5"), 400],
  ["a length beyond all numbers", head(POST, octets, `content-length: ${"9".repeat(30)}`), 400],
  ["a length above the limit", head(POST, octets, "content-length: 9007199254740991"), 413],
  ["a chunk that is no number", `${head(POST, octets, "transfer-encoding: chunked")}zz\r\n`, 400],
  ["percent signs without meaning", head("GET /v1/entries/%zz%c0%80 HTTP/1.1", "connection: close"), 400],
  ["a path with dots", head("GET /assets/../../../../etc/passwd HTTP/1.1", "connection: close"), 404],
  ["a coded path with dots", head("GET /assets/..%2f..%2fpackage.json HTTP/1.1", "connection: close"), 404],
  ["a method that is not served", head("DELETE /v1/entries/0 HTTP/1.1", "connection: close"), 404],
  ["JSON of a million brackets", `${head(`${POST}`, json, "content-length: 1000000", "connection: close")}${"[".repeat(1_000_000)}`, 400],
  [
    "a million keys in one object",
    `${head(`${POST}`, json, "content-length: 700001", "connection: close")}{${'"a":1,'.repeat(100_000)}`.padEnd(800_000, " "),
    400,
  ],
  ["__proto__", `${head(POST, json, "content-length: 36", "connection: close")}{"__proto__":{"entry":""},"entry":""}`, 400],
])("what is malformed has its status: %s", async (_, text, status) => {
  expect(await talk(text).ended).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  await expectAlive();
});

test("a body above a mebibyte is refused, whether its length is said or not, and a bundle of nothing but empty entries too", async () => {
  const chunk = `10000\r\n${"a".repeat(0x1_0000)}\r\n`;
  expect(await talk(`${head(POST, octets, "transfer-encoding: chunked")}${chunk.repeat(17)}`).ended).toMatch(/^HTTP\/1.1 413 .*"code":"too_large"/s);
  expect(await talk(`${head(POST, octets, "content-length: 1048577")}${"a".repeat(1000)}`).ended).toMatch(/^HTTP\/1.1 413 .*"code":"too_large"/s);
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${register.url}/v1/entries/batch`, new Uint8Array(1_048_576))));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(413));
  await expectAlive();
});

test("who is too slow is told so, and the connection closed", async () => {
  const hasty = await startRegister({ flags: "--timeout 1" });
  const slow: Record<string, [first: string, drop: string]> = {
    "nothing at all": ["", ""],
    "headers in drops": ["GET / HTTP/1.1\r\nhost: a\r\n", "x: y\r\n"],
    "a body in drops": [head(POST, octets, "content-length: 66"), "a"],
    "JSON in drops": [head(POST, json, "content-length: 66"), " "],
    "chunks in drops": [head(POST, octets, "transfer-encoding: chunked"), "1\r\na\r\n"],
  };
  const answers = Object.entries(slow).map(async ([what, [first, drop]]) => {
    const { socket, ended } = talk(first, hasty.url);
    const drops = setInterval(() => drop !== "" && socket.write(drop), 100);
    const answer = await ended;
    clearInterval(drops);
    return [what, answer.split("\r\n")[0]] as const;
  });
  expect(Object.fromEntries(await Promise.all(answers))).toEqual(Object.fromEntries(Object.keys(slow).map((what) => [what, "HTTP/1.1 408 Request Timeout"])));
  expect(hasty.stderr).toBe("");
  await hasty.stop("SIGKILL");
});

test("a thousand connections are served at once; above the limit they are closed", async () => {
  const many = Array.from({ length: 1000 }, () => talk(head("GET /log/checkpoint HTTP/1.1", "connection: close")));
  const answers = await Promise.all(many.map(({ ended }) => ended));
  expect(answers.filter((answer) => answer.startsWith("HTTP/1.1 200 "))).toHaveLength(1000);
  await expectAlive();

  const small = await startRegister({ flags: "--connections 10" });
  const idle = Array.from({ length: 10 }, () => talk("", small.url));
  await Promise.all(idle.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
  expect(await talk(head("GET /healthz HTTP/1.1"), small.url).ended).toBe("");
  for (const { socket } of idle) socket.destroy();
  await until(async () => (await fetch(`${small.url}/healthz`).catch(() => null))?.status === 200);
  await small.stop("SIGKILL");
});

test("requests that are abandoned, in the middle or while they wait for `published`, leave nothing behind", async () => {
  const entry = recordOf("the same each time");
  const whole = Buffer.concat([Buffer.from(head("POST /v1/entries?wait=published HTTP/1.1", octets, "content-length: 66")), entry]);
  const batch = batchOf([entry]);
  const text = JSON.stringify({ entry: toBase64(entry) });
  const forms = [
    whole,
    Buffer.concat(Array<Buffer>(20).fill(whole)), // pipelined
    Buffer.concat([Buffer.from(head("POST /v1/entries/batch?wait=published HTTP/1.1", octets, `content-length: ${batch.length}`)), batch]),
    Buffer.from(head("POST /v1/entries?wait=published HTTP/1.1", json, `content-length: ${text.length}`) + text),
    whole.subarray(0, -1),
    Buffer.from(`${head(POST, octets, "transfer-encoding: chunked")}1\r\na\r\n`),
    Buffer.from(head(POST, json, "content-length: 1000")),
    whole.subarray(0, 30),
  ];
  const abandon = async () => {
    const all = Array.from({ length: 420 }, (_, i) => talk(forms[i % forms.length]!));
    await sleep(150);
    for (const { socket } of all) socket.destroy();
    await Promise.all(all.map(({ ended }) => ended));
  };
  for (let round = 0; round < 5; round++) await abandon();
  const before = await memoryOf(register.url);
  for (let round = 0; round < 20; round++) await abandon();
  const after = await memoryOf(register.url);
  expect((after - before) / 2 ** 20).toBeLessThan(100);
  await expectAlive();
  expect((await submit(register.url, entry)).index).toBeLessThan(4); // taken once, however often it was sent: before it stand the method's publication and a status entry or two
});

/** Resident memory in bytes. */
async function memoryOf(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^freehold_process_resident_memory_bytes (\S+)$/m.exec(metrics)![1]);
}

test("an address that submits too much is told when to come back; it may read as ever", async () => {
  const { url, stop } = await startRegister({ flags: "--rate 1 --burst 100" });
  const entries = Array.from({ length: 100 }, (_, i) => recordOf(`${i}`));
  await indexesOf(url, entries);
  for (const refused of [
    await post(`${url}/v1/entries/batch`, batchOf(entries)),
    await post(`${url}/v1/entries/batch`, { entries: entries.map((one) => Buffer.from(one).toString("base64")) }),
  ]) {
    expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ code: "rate_limited", type: "/problems/rate_limited" })]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(100);
  }
  expect((await fetch(`${url}/log/checkpoint`)).status).toBe(200);
  await stop("SIGKILL");
});
