// The log and its witnesses: real HTTP, the witness of the command line, and witnesses that lie.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { utf8 } from "@freehold/protocol/bytes";
import { formatCheckpoint, parseTreeHead } from "@freehold/protocol/checkpoint";
import { consistencyProof, leafHash, rootHash } from "@freehold/protocol/merkle";
import { TYPE_COSIGNATURE, formatSignatures, formatVkey, makeNoteKey, parseNote, parseVkey, signNote } from "@freehold/protocol/note";
import type { NoteKey, Vkey } from "@freehold/protocol/note";
import { parsePolicy, verifyCheckpoint } from "@freehold/protocol/policy";
import { cosign } from "@freehold/protocol/cosignature";
import { formatAddCheckpoint, parseAddCheckpoint, readCosignatures } from "@freehold/protocol/witness";
import { createWitnessServer } from "../cli/src/witness.ts";
import { openWitnessState } from "../cli/src/witness-state.ts";
import { readOrMakeKey } from "./keys.ts";
import { STORE_FILE, openStore } from "./store.ts";
import { ORIGIN, openTestLog, recordOf } from "./testkit.ts";
import { builtinWitness, httpWitness } from "./witness.ts";
import type { Witness } from "./witness.ts";

const base = mkdtempSync(join(tmpdir(), "freehold-witnesses-"));
let names = 0;
const newFolder = () => join(base, `${names++}`);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(base, { recursive: true }));

const log = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
const keys = [1, 2, 3].map((i) => makeNoteKey(`witness.example/w${i}`, new Uint8Array(32).fill(10 + i), TYPE_COSIGNATURE));
const [w1, w2, w3] = keys as [NoteKey, NoteKey, NoteKey];

const leaves = Array.from({ length: 20 }, (_, i) => leafHash(utf8(`entry ${i}`)));
const forked = leaves.with(1, leafHash(utf8("another entry")));
const textOf = (size: number, of = leaves) => formatCheckpoint({ origin: log.vkey.name, size, root: rootHash(of.slice(0, size)) });
const requestOf = (old: number, size: number, of = leaves) =>
  formatAddCheckpoint({ old, proof: old === 0 ? [] : consistencyProof(of.slice(0, size), old), checkpoint: signNote(textOf(size, of), [log]) });

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The witness of the command line, in this process. */
async function serve(key: NoteKey, logs: readonly Vkey[], folder = newFolder()): Promise<string> {
  const state = openWitnessState(folder);
  closing.push(() => state.close());
  return listen(createWitnessServer({ key, logs, state, rate: 10_000 }));
}

/** Something else that answers. */
const answering = (answer: (response: ServerResponse, body: string) => void): Promise<string> =>
  listen(
    createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => answer(response, body));
    }),
  );

const ask = (url: string, timeout = 5000) => httpWitness({ name: w1.vkey.name, url, timeout });

// ---- the client

test("a witness at a URL cosigns; a slash at the end of the URL does not matter", async () => {
  const url = await serve(w1, [log.vkey]);
  for (const [prefix, old, size] of [
    [url, 0, 3],
    [`${url}/`, 3, 7],
  ] as const) {
    const { status, body } = await ask(prefix).add(requestOf(old, size));
    expect(status).toBe(200);
    expect(await readCosignatures(body, textOf(size), [w1.vkey])).toHaveLength(1);
  }
  expect(await ask(url).add(requestOf(3, 9))).toEqual({ status: 409, body: "7\n" });
});

test("what is sent is the body that C2SP names, to add-checkpoint below the prefix, and no redirect is followed", async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      seen.push([request.method, request.url, body]);
      response.writeHead(307, { location: "/elsewhere" }).end("moved\n");
    });
  });
  const url = await listen(server);
  expect(await ask(`${url}/some/prefix`).add(requestOf(0, 3))).toEqual({ status: 307, body: "moved\n" });
  expect(seen).toEqual([["POST", "/some/prefix/add-checkpoint", requestOf(0, 3)]]);
});

test("no answer, half an answer, an endless answer, and one that is no text are errors with a sentence", async () => {
  const refused = (witness: Witness, why: RegExp) =>
    expect(witness.add(requestOf(0, 3))).rejects.toMatchObject({ code: "unavailable", message: expect.stringMatching(why) });
  await refused(ask("http://127.0.0.1:2"), /ECONNREFUSED/);
  await refused(ask(await answering(() => {}), 200), /no answer within 200 ms/);
  await refused(ask(await answering((response) => response.write("— ")), 200), /no answer within 200 ms/);
  await refused(ask(await answering((response) => response.end(Uint8Array.of(0xff)))), /UTF-8/);
  const endless = await answering((response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  });
  await refused(ask(endless), /more than 65536 bytes/);
  await refused(ask(await answering((response) => response.destroy())), /cannot be asked/);
});

// ---- the built-in witness

test("the built-in witness keeps to the rule, and to what it knows over a restart, and is not independent", async () => {
  const folder = newFolder();
  let store = openStore(folder);
  const open = () => builtinWitness({ key: w1, store, logs: [log.vkey], now: () => 1_700_000_000 });
  expect(open()).toMatchObject({ name: "witness.example/w1", independent: false });
  const { status, body } = await open().add(requestOf(0, 3));
  expect([status, body]).toEqual([200, formatSignatures([cosign(textOf(3), w1, 1_700_000_000)])]);
  store.close();
  store = openStore(folder);
  expect(await open().add(requestOf(0, 7, forked))).toMatchObject({ status: 409, body: "3\n" });
  expect((await open().add(requestOf(3, 7, forked))).status).toBe(422);
  expect((await open().add(requestOf(3, 3, forked))).status).toBe(409);
  const both = await Promise.all([open().add(requestOf(3, 5)), open().add(requestOf(3, 9)), open().add(requestOf(3, 7))]);
  expect(both.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  expect((await open().add("rubbish")).status).toBe(400);
  store.close();
});

// ---- the log

async function openWitnessed(makeWitnesses: (logKey: Vkey) => Promise<readonly Witness[]>, quorum: string, folder = newFolder()) {
  openStore(folder).close(); // makes the folder
  const key = readOrMakeKey(join(folder, "log.key"), ORIGIN);
  const policy = parsePolicy(`log ${formatVkey(key.vkey)}\n${keys.map(({ vkey }, i) => `witness W${i + 1} ${formatVkey(vkey)}\n`).join("")}${quorum}`);
  const warnings: string[] = [];
  const opened = await openTestLog(
    { policy, witnesses: await makeWitnesses(key.vkey), warn: (message, cause) => warnings.push(`${message}: ${(cause as Error | undefined)?.message}`) },
    folder,
  );
  closing.push(() => opened.remove());
  return { ...opened, folder, policy, warnings };
}
const TWO_OF_THREE = "group two 2 W1 W2 W3\nquorum two\n";
const at = (key: NoteKey, url: string) => httpWitness({ name: key.vkey.name, url, timeout: 5000 });

test("a log is published under a quorum of witnesses; one may be away, and one may have lost what the other knows", async () => {
  const urls = new Map<NoteKey, string>();
  const {
    log: register,
    store,
    policy,
  } = await openWitnessed(async (vkey) => {
    for (const key of [w1, w2]) urls.set(key, await serve(key, [vkey]));
    return [at(w1, urls.get(w1)!), at(w2, urls.get(w2)!), at(w3, "http://127.0.0.1:2")];
  }, TWO_OF_THREE);
  for (let round = 0; round < 3; round++) {
    await register.submit(recordOf(`${round}`));
    await register.publish();
    const { cosignatures, size } = await verifyCheckpoint(register.published!.note, policy);
    expect([cosignatures.map(({ name }) => name), size]).toEqual([["W1", "W2"], 2 * (round + 1)]);
    store.putWitness(w1.vkey.name, { size: 0, time: 0 }); // the log has forgotten: it learns from the 409
  }
  expect(register.witnesses().map(({ error }) => error)).toEqual([null, null, expect.stringContaining("ECONNREFUSED")]);
  expect(register.refusal).toBeNull();
});

test("a witness that has lost its memory is told all, from size 0", async () => {
  const urls: string[] = [];
  const { log: register, policy } = await openWitnessed(async (vkey) => {
    urls.push(await serve(w1, [vkey]), await serve(w1, [vkey]));
    return [{ name: w1.vkey.name, independent: true, add: (request) => at(w1, urls.at(-1)!).add(request) }];
  }, "quorum W1\n");
  for (const label of ["a", "b"]) {
    await register.submit(recordOf(label));
    await register.publish();
    urls.pop();
  }
  expect((await verifyCheckpoint(register.published!.note, policy)).size).toBe(4);
});

test("a folder that is older than what was witnessed signs nothing, however much it has grown since", async () => {
  const folder = newFolder();
  const state = newFolder();
  let url = "";
  let shown: number[] = [];
  const witnesses = async (vkey: Vkey): Promise<Witness[]> => {
    url ||= await serve(w1, [vkey], state);
    const add = (request: string) => (shown.push(parseTreeHead(parseNote(parseAddCheckpoint(request).checkpoint).text).size), at(w1, url).add(request));
    return [{ name: w1.vkey.name, independent: true, add }];
  };
  const first = await openWitnessed(witnesses, "quorum W1\n", folder);
  await first.log.submit(recordOf("a"));
  await first.log.publish();
  const backup = join(base, "backup.sqlite");
  first.store.copyTo(backup);
  for (const label of ["b", "c", "d"]) await first.log.submit(recordOf(label));
  await first.log.publish();
  const size = first.log.published!.size;
  await first.log.close();
  first.store.close();

  for (const file of [STORE_FILE, `${STORE_FILE}-wal`, `${STORE_FILE}-shm`]) rmSync(join(folder, file), { force: true });
  copyFileSync(backup, join(folder, STORE_FILE));
  const again = await openWitnessed(witnesses, "quorum W1\n", folder);
  await again.log.submitAll(Array.from({ length: 20 }, (_, i) => recordOf(`new ${i}`)));
  expect(again.log.size).toBeGreaterThan(size);
  shown = [];
  await expect(again.log.publish()).rejects.toMatchObject({ code: "rolled_back" });
  expect(again.log.refusal?.message).toContain(`cosigned a log of size ${size}`);
  await expect(again.log.submit(recordOf("more"))).rejects.toMatchObject({ code: "unavailable" });
  expect(shown).toEqual([2]); // the checkpoint that it had published, and no new one
});

test("after a checkpoint that too few cosigned, a restart is no rollback", async () => {
  const folder = newFolder();
  let away = false;
  const urls = new Map<NoteKey, string>();
  const witnesses = async (vkey: Vkey) => {
    for (const key of [w1, w2]) if (!urls.has(key)) urls.set(key, await serve(key, [vkey]));
    return [
      at(w1, urls.get(w1)!),
      { ...at(w2, urls.get(w2)!), add: async (request: string) => (away ? { status: 503, body: "" } : at(w2, urls.get(w2)!).add(request)) },
    ];
  };
  const first = await openWitnessed(witnesses, TWO_OF_THREE, folder);
  await first.log.submit(recordOf("a"));
  await first.log.publish();
  away = true;
  await first.log.submit(recordOf("b"));
  await first.log.publish();
  expect(first.log.published!.size).toBe(2);
  first.store.close();
  away = false;
  const again = await openWitnessed(witnesses, TWO_OF_THREE, folder);
  await again.log.publish();
  expect([again.log.published!.size, again.log.refusal]).toEqual([4, null]);
});

test("what a lying witness sends does not stop the others", async () => {
  const junk = formatSignatures(Array.from({ length: 100 }, (_, i) => ({ name: "junk.example", keyId: "00000000", signature: new Uint8Array(64).fill(i) })));
  const impostor = makeNoteKey(w2.vkey.name, new Uint8Array(32).fill(99), TYPE_COSIGNATURE);
  const lies: Record<string, (body: string) => [status: number, body: string]> = {
    "a hundred lines of unknown keys": () => [200, junk],
    "a wrong line in the name of another": (body) => [
      200,
      formatSignatures([{ ...cosign(parseNote(parseAddCheckpoint(body).checkpoint).text, impostor, 1), keyId: w2.vkey.keyId }]),
    ],
    "a cosignature of something else": () => [200, formatSignatures([cosign(textOf(7), w3, 1)])],
    "no lines": () => [200, ""],
    "no lines but text": () => [200, "thank you\n"],
    "a conflict without a size": () => [409, "no\n"],
    "a conflict about size 0, for ever": () => [409, "0\n"],
    "a conflict about a size that is none": () => [409, "-5\n"],
    "an error": () => [500, "x".repeat(60_000)],
  };
  for (const [name, lie] of Object.entries(lies)) {
    const liar = await answering((response, body) => {
      const [status, text] = lie(body);
      response.writeHead(status).end(text);
    });
    const {
      log: register,
      policy,
      warnings,
    } = await openWitnessed(async (vkey) => [at(w1, await serve(w1, [vkey])), at(w2, await serve(w2, [vkey])), at(w3, liar)], TWO_OF_THREE);
    await register.submit(recordOf("a"));
    await register.publish();
    expect(
      (await verifyCheckpoint(register.published!.note, policy)).cosignatures.map((one) => one.name),
      name,
    ).toEqual(["W1", "W2"]);
    expect(parseNote(register.published!.note).signatures, name).toHaveLength(3);
    expect(warnings, name).toHaveLength(1);
    expect(register.witnesses()[2]!.error, name).not.toBeNull();
  }
});

test("a register against processes of `freehold witness`, one of which is killed and comes back", async () => {
  const start = async (folder: string, vkey: Vkey) => {
    const script = `import { main } from ${JSON.stringify(new URL("../cli/src/main.ts", import.meta.url).href)}; process.exitCode = await main(process.argv.slice(1));`;
    const child = spawn(process.execPath, [
      "--conditions=source",
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      script,
      "--",
      "witness",
      "--key",
      `${folder}.key`,
      "--state",
      folder,
      "--port",
      "0",
      "--log",
      formatVkey(vkey),
    ]);
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    closing.push(() => (child.kill("SIGKILL"), ended));
    let output = "";
    const [, witnessKey, url] = await new Promise<string[]>((resolve) =>
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        const match = /^vkey (\S+)\nready (\S+)\n/.exec((output += text));
        if (match !== null) resolve(match);
      }),
    );
    return { child, ended, vkey: parseVkey(witnessKey!), url: url! };
  };
  const folder = newFolder();
  openStore(folder).close();
  const key = readOrMakeKey(join(folder, "log.key"), ORIGIN);
  const states = [newFolder(), newFolder()];
  const [one, two] = await Promise.all(states.map((state) => start(state, key.vkey)));
  const policy = parsePolicy(
    `log ${formatVkey(key.vkey)}\nwitness one ${formatVkey(one!.vkey)}\nwitness two ${formatVkey(two!.vkey)}\ngroup both all one two\nquorum both\n`,
  );
  let twoUrl = two!.url;
  const witnesses: Witness[] = [
    httpWitness({ name: one!.vkey.name, url: one!.url, timeout: 5000 }),
    { name: two!.vkey.name, independent: true, add: (request) => httpWitness({ name: two!.vkey.name, url: twoUrl, timeout: 5000 }).add(request) },
  ];
  const opened = await openTestLog({ policy, witnesses }, folder);
  const register = opened.log;
  closing.push(() => opened.remove());

  await register.submit(recordOf("a"));
  await register.publish();
  expect((await verifyCheckpoint(register.published!.note, policy)).size).toBe(2);
  two!.child.kill("SIGKILL");
  await two!.ended;
  await register.submit(recordOf("b"));
  await register.publish();
  expect(register.published!.size).toBe(2); // two of two are needed
  twoUrl = (await start(states[1]!, key.vkey)).url;
  await register.publish();
  expect((await verifyCheckpoint(register.published!.note, policy)).size).toBe(4);
});
