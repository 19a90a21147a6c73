// A witness as its clients see it: over real HTTP, and as a real process that is killed.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { toHex, utf8 } from "../../protocol/src/bytes.ts";
import { formatCheckpoint } from "../../protocol/src/checkpoint.ts";
import { verifyCosignature } from "../../protocol/src/cosignature.ts";
import { consistencyProof, leafHash, rootHash } from "../../protocol/src/merkle.ts";
import { formatVkey, makeNoteKey, parseSignatures, parseVkey, signNote, TYPE_COSIGNATURE } from "../../protocol/src/note.ts";
import type { NoteKey, Vkey } from "../../protocol/src/note.ts";
import { formatAddCheckpoint } from "../../protocol/src/witness.ts";
import { createWitnessServer, witness } from "./witness.ts";
import type { WitnessOptions } from "./witness.ts";
import { openWitnessState } from "./witness-state.ts";

const base = mkdtempSync(join(tmpdir(), "freehold-witness-"));
let names = 0;
const newName = () => join(base, `${names++}`);

const log = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
const second = makeNoteKey("second.example/log", new Uint8Array(32).fill(2));
const stranger = makeNoteKey("stranger.example/log", new Uint8Array(32).fill(3));
const witnessKey = makeNoteKey("witness.example/w1", new Uint8Array(32).fill(4), TYPE_COSIGNATURE);

const leaves = Array.from({ length: 300 }, (_, i) => leafHash(utf8(`entry ${i}`)));
/** The second history of a log that cheats: the same from some entry on. */
const forked = leaves.with(1, leafHash(utf8("another entry")));
const textOf = (size: number, of = leaves, key = log) => formatCheckpoint({ origin: key.vkey.name, size, root: rootHash(of.slice(0, size)) });
const requestOf = (old: number, size: number, of = leaves, key: NoteKey = log) =>
  formatAddCheckpoint({
    old,
    proof: old === 0 || old > size ? [] : consistencyProof(of.slice(0, size), old),
    checkpoint: signNote(textOf(size, of, key), [key]),
  });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(base, { recursive: true }));

interface Answer {
  status: number;
  type: string | null;
  body: string;
}

async function post(url: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/add-checkpoint`, { method: "POST", body: body as string, headers });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}

/** A server in this process. */
async function serve(
  options: Partial<Parameters<typeof createWitnessServer>[0]> = {},
): Promise<{ url: string; port: number; server: Server; said: string[]; folder: string }> {
  const folder = newName();
  const said: string[] = [];
  const state = openWitnessState(folder);
  const server = createWitnessServer({
    key: witnessKey,
    logs: [log.vkey, second.vkey],
    state,
    rate: 10_000,
    say: (sentence) => void said.push(sentence),
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    state.close();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, server, said, folder };
}

interface Process {
  child: ChildProcess;
  url: string;
  vkey: Vkey;
  ended: Promise<number | null>;
  output: { stdout: string; stderr: string };
}

const source = (file: string) => new URL(file, import.meta.url).href;
const MAIN = `import { main } from ${JSON.stringify(source("main.ts"))}; process.exitCode = await main(process.argv.slice(1));`;

function run(args: readonly string[], script = MAIN): Omit<Process, "url" | "vkey"> {
  const child = spawn(process.execPath, ["--conditions=source", "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script, "--", ...args], {
    cwd: base,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  closing.push(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return { child, ended, output };
}

/** Starts a process and waits until it is ready. */
async function start(args: readonly string[], script = MAIN): Promise<Process> {
  const started = run(args, script);
  const ready = new Promise<void>((resolve) => started.child.stdout!.on("data", () => started.output.stdout.includes("\nready ") && resolve()));
  const exit = await Promise.race([ready, started.ended]);
  if (exit !== undefined) throw new Error(`it ended with ${exit}: ${started.output.stderr}`);
  const [, vkey, url] = /^vkey (\S+)\nready (\S+)\n$/.exec(started.output.stdout)!;
  return { ...started, url: url!, vkey: parseVkey(vkey!) };
}

const argsOf = (folder: string, logs: readonly NoteKey[] = [log]) => [
  "witness",
  "--key",
  `${folder}.key`,
  "--state",
  folder,
  "--port",
  "0",
  "--rate",
  "100000",
  "--log",
  ...logs.map(({ vkey }) => formatVkey(vkey)),
];

// ---- the protocol over HTTP

test("cosigns what extends, and says who it is and what it knows", async () => {
  const { url } = await serve({ now: () => 1_700_000_000 });
  for (const [old, size] of [
    [0, 3],
    [3, 7],
    [7, 7],
    [7, 300],
  ] as const) {
    const { status, body, type } = await post(url, requestOf(old, size));
    expect([status, type]).toEqual([200, "text/plain; charset=utf-8"]);
    const [line, ...more] = parseSignatures(body);
    expect([line!.name, line!.keyId, more]).toEqual([witnessKey.vkey.name, witnessKey.vkey.keyId, []]);
    expect(await verifyCosignature(textOf(size), line!, witnessKey.vkey)).toBe(1_700_000_000);
  }
  expect((await post(url, requestOf(0, 5, leaves, second))).status).toBe(200);
  const page = await fetch(url);
  expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
    200,
    "text/plain; charset=utf-8",
    `A witness of logs (C2SP tlog-witness): POST add-checkpoint\nvkey ${formatVkey(witnessKey.vkey)}\nlog register.example/log size 300\nlog second.example/log size 5\n`,
  ]);
});

test("refuses with the status that C2SP names", async () => {
  const { url } = await serve();
  const wrongKey = makeNoteKey(log.vkey.name, new Uint8Array(32).fill(9));
  expect(await post(url, requestOf(5, 7))).toMatchObject({ status: 409, type: "text/x.tlog.size", body: "0\n" });
  expect((await post(url, requestOf(0, 7))).status).toBe(200);
  expect(await post(url, requestOf(0, 9))).toEqual({ status: 409, type: "text/x.tlog.size", body: "7\n" });
  expect(await post(url, requestOf(3, 5))).toEqual({ status: 409, type: "text/x.tlog.size", body: "7\n" });
  expect((await post(url, requestOf(9, 7))).status).toBe(400);
  expect((await post(url, "rubbish")).status).toBe(400);
  expect((await post(url, Uint8Array.of(0xff, 0xfe))).status).toBe(400);
  expect((await post(url, "")).status).toBe(400);
  expect((await post(url, requestOf(7, 9, leaves, wrongKey))).status).toBe(403);
  expect((await post(url, requestOf(0, 9, leaves, stranger))).status).toBe(404);
  expect((await post(url, requestOf(7, 9, forked))).status).toBe(422);
  expect((await post(url, requestOf(7, 9).replace(/^old 7\n[^\n]+/, "old 7"))).status).toBe(422);
  expect(await post(url, requestOf(7, 7, forked))).toMatchObject({ status: 409, type: "text/plain; charset=utf-8" });
  expect(await post(url, requestOf(7, 8))).toMatchObject({ status: 200 });
});

test("other paths and methods", async () => {
  const { url } = await serve();
  const status = async (path: string, method: string) => (await fetch(url + path, { method })).status;
  expect(await status("/add-checkpoint", "GET")).toBe(405);
  expect(await status("/add-checkpoint", "PUT")).toBe(405);
  expect(await status("/", "HEAD")).toBe(200);
  expect(await status("/", "POST")).toBe(404);
  expect(await status("/add-checkpoint/", "POST")).toBe(404);
  expect(await status("/%2e%2e/etc", "GET")).toBe(404);
});

test("two trees of one size: the second one is kept and told of, once", async () => {
  const { url, said, folder } = await serve();
  await post(url, requestOf(0, 7));
  expect((await post(url, requestOf(0, 7, forked))).status).toBe(409);
  expect((await post(url, requestOf(7, 7, forked))).status).toBe(409);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("register.example/log has signed two trees of one size");
  const kept = readdirSync(folder).filter((file) => file.endsWith(".split-view"));
  expect(kept.map((file) => readFileSync(join(folder, file), "utf8"))).toEqual([signNote(textOf(7, forked), [log])]);
});

test("at the same time: one of two histories, and requests of one log do not lose each other", async () => {
  const { url } = await serve();
  const both = await Promise.all(Array.from({ length: 40 }, (_, i) => post(url, requestOf(0, 10 + (i >> 1), i % 2 ? leaves : forked))));
  expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
  // A chain of tree sizes, offered by several clients: exactly one of them makes each step.
  let steps = 0;
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      for (let old = 0; old < 30;) {
        const { status, body } = await post(url, requestOf(old, old + 1, leaves, second));
        expect([200, 409]).toContain(status);
        if (status === 200) steps++;
        old = status === 200 ? old + 1 : Number(body);
      }
    }),
  );
  expect(steps).toBe(30);
});

// ---- clients that behave badly

test("a body that is too large is refused, announced or not, and the next request is served", async () => {
  const { url, port } = await serve();
  const large = new Uint8Array(300_000).fill(65);
  const send = (headers: Record<string, string | number>) =>
    new Promise<number | string>((resolve) => {
      const sent = httpRequest({ port, method: "POST", path: "/add-checkpoint", headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code!));
      sent.end(large);
    });
  // The connection is closed while the client still sends: it may learn no more than that.
  for (const headers of [{ "content-length": large.length }, { "transfer-encoding": "chunked" }])
    expect([413, "ECONNRESET", "EPIPE"]).toContain(await send(headers));
  expect((await post(url, requestOf(0, 7))).status).toBe(200);
});

test("slow clients hold up nobody, and are sent away", async () => {
  const { url, port } = await serve({ timeout: 1500 });
  const open = (text: string) => {
    const socket = connect(port, "127.0.0.1", () => text && socket.write(text));
    let heard = "";
    socket.setEncoding("utf8").on("data", (data: string) => (heard += data));
    socket.on("error", () => {});
    return new Promise<string>((resolve) => socket.on("close", () => resolve(heard)));
  };
  const slow = [open(""), open("POST /add-ch"), open("POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nold 0\n\n")];
  for (const [old, size] of [
    [0, 3],
    [3, 7],
  ] as const)
    expect((await post(url, requestOf(old, size))).status).toBe(200);
  for (const heard of await Promise.all(slow)) expect(heard).toMatch(/^(HTTP\/1\.1 408 .*)?/);
  expect((await post(url, requestOf(7, 8))).status).toBe(200);
});

test("a client that goes away in the middle does no harm", async () => {
  const { url, port, said } = await serve();
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write("POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nold 0\n", () => socket.destroy()),
      );
      socket.on("close", () => resolve());
    });
  }
  expect((await post(url, requestOf(0, 7))).status).toBe(200);
  expect(said).toEqual([]);
});

test("an address that asks too often has to wait", async () => {
  const { url } = await serve({ rate: 3 });
  const answers = await Promise.all(Array.from({ length: 40 }, () => fetch(`${url}/add-checkpoint`, { method: "POST", body: "rubbish" })));
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect(count(400) + count(429)).toBe(40);
  expect(count(400)).toBeGreaterThanOrEqual(3);
  expect(count(429)).toBeGreaterThan(0);
  expect(answers.find((answer) => answer.status === 429)!.headers.get("retry-after")).toBe("1");
});

test("where nothing can be kept, nothing is cosigned", async () => {
  const { url, folder, said } = await serve();
  await post(url, requestOf(0, 3));
  rmSync(folder, { recursive: true });
  const { status, body } = await post(url, requestOf(3, 7));
  expect(status).toBe(503);
  expect(body).not.toContain("—");
  expect(said[0]).toContain("so it cosigns nothing");
});

// ---- the process

test("the command makes its key, prints it, serves, stops when told to, and goes on where it was", async () => {
  const folder = newName();
  const first = await start([...argsOf(folder, [log, second]), "--name", "witness.example/w9"]);
  expect(first.vkey).toMatchObject({ name: "witness.example/w9", type: TYPE_COSIGNATURE });
  expect(statSync(`${folder}.key`).mode & 0o777).toBe(0o600);
  const { status, body } = await post(first.url, requestOf(0, 7));
  expect(status).toBe(200);
  await verifyCosignature(textOf(7), parseSignatures(body)[0]!, first.vkey);
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  expect(first.output.stderr).toBe("");
  expect(existsSync(join(folder, "writer.lock"))).toBe(false);

  const again = await start(argsOf(folder, [log, second]));
  expect(formatVkey(again.vkey)).toBe(formatVkey(first.vkey));
  expect(await (await fetch(again.url)).text()).toContain("log register.example/log size 7\nlog second.example/log size 0\n");
  expect((await post(again.url, requestOf(7, 7, forked))).status).toBe(409);
  expect((await post(again.url, requestOf(7, 9))).status).toBe(200);
  again.child.kill("SIGINT");
  expect(await again.ended).toBe(0);
});

test("a request that has begun is answered before the end", async () => {
  const started = await start(argsOf(newName()));
  const body = requestOf(0, 7);
  const answer = new Promise<number>((resolve, reject) => {
    const sent = httpRequest(`${started.url}/add-checkpoint`, { method: "POST", headers: { "content-length": Buffer.byteLength(body) } }, (response) =>
      resolve(response.resume().statusCode!),
    );
    sent.on("error", reject);
    sent.write(body.slice(0, 20), () => {
      // The server has the connection once it answers another one that came later.
      void fetch(started.url).then(() => {
        started.child.kill("SIGTERM");
        setTimeout(() => sent.end(body.slice(20)), 50);
      });
    });
  });
  expect(await answer).toBe(200);
  expect(await started.ended).toBe(0);
});

test("wrong usage, data and places have their exit codes and a sentence", async () => {
  const folder = newName();
  const serving = await start(argsOf(folder));
  const port = Number(new URL(serving.url).port);
  writeFileSync(join(base, "rubbish.key"), "rubbish\n");
  const wrong: [exit: number, args: string[], sentence: RegExp][] = [
    [2, ["witness", "--key", "k", "--state", "s"], /--log/],
    [2, [...argsOf(newName()), "--port", "70000"], /whole number/],
    [65, [...argsOf(newName()), "--key", "rubbish.key"], /holds no key/],
    [75, argsOf(folder), /in use by another witness/],
  ];
  await Promise.all(
    wrong.map(async ([exit, args, sentence]) => {
      const { ended, output } = run(args);
      expect([await ended, output.stdout]).toEqual([exit, ""]);
      expect(output.stderr.replace(/\s+/g, " ")).toMatch(sentence);
      expect(output.stderr).not.toMatch(/\n {4}at /);
    }),
  );
  const refuses = (change: Partial<WitnessOptions>, exit: number, sentence: RegExp) => {
    const at = newName();
    return expect(
      witness({ key: `${at}.key`, state: at, log: [formatVkey(log.vkey)], port: 0, listen: "127.0.0.1", rate: 1, ...change }),
    ).rejects.toMatchObject({ exit, message: expect.stringMatching(sentence) });
  };
  await refuses({ log: ["rubbish"] }, 2, /no key of a log/);
  await refuses({ log: [formatVkey(witnessKey.vkey)] }, 2, /key of a witness/);
  await refuses({ name: "with space" }, 2, /cannot be that of a witness/);
  await refuses({ key: `${folder}.key`, name: "another" }, 2, /cannot be changed/);
  await refuses({ key: base }, 66, /cannot be read/);
  await refuses({ key: join(base, "no", "such", "folder") }, 75, /cannot be made/);
  await refuses({ port }, 75, /something else listens/);
  await refuses({ state: join(base, "rubbish.key") }, 75, /cosigns nothing/);
  // None of them has disturbed the one that serves.
  expect((await post(serving.url, requestOf(0, 3))).status).toBe(200);
});

test("a damaged memory ends it with 65; a key without memory gets a warning", async () => {
  const folder = newName();
  const started = await start(argsOf(folder));
  await post(started.url, requestOf(0, 3));
  started.child.kill("SIGTERM");
  await started.ended;
  const [file] = readdirSync(folder);
  const content = readFileSync(join(folder, file!), "utf8");
  writeFileSync(join(folder, file!), content.slice(0, 20));
  const damaged = run(argsOf(folder));
  expect([await damaged.ended, damaged.output.stdout]).toEqual([65, ""]);
  expect(damaged.output.stderr).toContain("must not forget");
  rmSync(folder, { recursive: true });
  expect((await start(argsOf(folder))).output.stderr).toContain("use a new key");
});

// ---- the end at the worst moment

const crashing = (point: string) => `
  import { createWitnessServer } from ${JSON.stringify(source("witness.ts"))};
  import { openWitnessState } from ${JSON.stringify(source("witness-state.ts"))};
  import { readNoteKey } from ${JSON.stringify(source("note-key.ts"))};
  import { formatVkey, parseVkey } from ${JSON.stringify(source("../../protocol/src/note.ts"))};
  const [folder, logKey] = process.argv.slice(1);
  const key = readNoteKey(folder + ".key", 4);
  const state = openWitnessState(folder, { at: (point) => point === ${JSON.stringify(point)} && process.kill(process.pid, "SIGKILL") });
  const server = createWitnessServer({ key, logs: [parseVkey(logKey)], state });
  server.listen(0, "127.0.0.1", () => console.log("vkey " + formatVkey(key.vkey) + "\\nready http://127.0.0.1:" + server.address().port));
`;

test.each([
  ["accept:written", false],
  ["accept:linked", true],
  ["accept:durable", true],
] as const)(
  "killed at %s before it answers: it remembers (%s), and no other root of that size is cosigned if it might have answered",
  async (point, remembers) => {
    const folder = newName();
    const first = await start(argsOf(folder));
    await post(first.url, requestOf(0, 3));
    first.child.kill("SIGTERM");
    await first.ended;

    const doomed = await start([folder, formatVkey(log.vkey)], crashing(point));
    await expect(post(doomed.url, requestOf(3, 7))).rejects.toThrow();
    await doomed.ended;

    const again = await start(argsOf(folder));
    const expected = remembers ? { status: 409, body: "7\n" } : { status: 200 };
    expect(await post(again.url, requestOf(3, 7))).toMatchObject(expected);
    expect((await post(again.url, requestOf(7, 7))).status).toBe(200);
    expect((await post(again.url, requestOf(7, 7, forked))).status).toBe(409);
    expect((await post(again.url, requestOf(7, 9, forked))).status).toBe(422);
  },
);

test("killed at any moment under load, again and again: never two roots for one size, never back", async () => {
  const folder = newName();
  const answered: { size: number; root: string }[] = [];
  for (let round = 0; round < 4; round++) {
    const started = await start(argsOf(folder));
    let accepted = 0;
    const client = async (of: Uint8Array[]) => {
      let old = 0;
      for (let asked = 0; ; asked++) {
        const size = Math.min(300, old + 1 + (asked % 3));
        let answer: Answer;
        try {
          answer = await post(started.url, requestOf(old, size, of));
        } catch {
          return;
        }
        if (answer.status === 409) old = Number(answer.body) || old;
        if (answer.status !== 200) continue;
        answered.push({ size, root: toHex(rootHash(of.slice(0, size))) });
        old = size;
        // In the middle of what the others have asked.
        if (++accepted === 5 + round * 3) started.child.kill("SIGKILL");
      }
    };
    await Promise.all([client(leaves), client(forked), client(leaves), client(forked)]);
    await started.ended;
  }
  const roots = new Map<number, string>();
  for (const { size, root } of answered) {
    expect(roots.get(size) ?? root, `size ${size}`).toBe(root);
    roots.set(size, root);
  }
  const started = await start(argsOf(folder));
  const largest = Math.max(...roots.keys());
  expect(roots.size).toBeGreaterThan(10);
  const [, size] = /log register\.example\/log size (\d+)/.exec(await (await fetch(started.url)).text())!;
  expect(Number(size)).toBeGreaterThanOrEqual(largest);
});
