/** The register as a process: its settings, its folder, its port, its end, and what it writes to its log. */
import { request } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { toBase64, toHex } from "@freehold/protocol/bytes";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { TYPE_COSIGNATURE, formatVkey, makeNoteKey } from "@freehold/protocol/note";
import { verifyProof } from "@freehold/protocol/proof";
import { bytesOf, recordOf, secretOf, withdrawalOf } from "../ledger/testkit.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import { indexesOf, policyOf, post, submit, submitAll } from "./client.ts";
import { endAll, operate, startRegister, temporaryFolder, until } from "./register.ts";

afterEach(endAll);

test("a second process on a folder is refused, with a sentence; the first goes on", async () => {
  const { folder, url } = await startRegister();
  const second = await operate(["--data", folder, "--port", "0"]);
  expect(second).toEqual({
    code: 1,
    stdout: "",
    stderr: `The data folder ${folder} is in use by another process. One process writes a register; stop the other first.\n`,
  });
  expect((await submit(url, recordOf("a"))).state).toBe("sequenced");
});

test("a port in use is a wrong setting: exit code 2, with a sentence", async () => {
  const { url } = await startRegister();
  const { port } = new URL(url);
  const second = await operate(["--data", temporaryFolder(), "--listen", "127.0.0.1", "--port", port]);
  expect(second).toMatchObject({ code: 2, stderr: `Port ${port} is in use. Choose another with --port, or stop what listens there.\n` });
});

test("a folder goes on under its own name only", async () => {
  const { folder, stop } = await startRegister({ flags: "--origin register.example/one" });
  await stop();
  expect(await operate(["--data", folder, "--port", "0", "--origin", "register.example/two"])).toMatchObject({
    code: 1,
    stderr: "The data folder belongs to the register register.example/one; it cannot be opened as register.example/two.\n",
  });
});

test.each<[what: string, flags: string, env: Record<string, string>, file: object | null, sentence: RegExp]>([
  ["a flag", "--port 99999", {}, null, /^The setting "port" \(from the flag\) is "99999": .*65535/],
  ["a variable", "", { FREEHOLD_INTERVAL: "soon" }, null, /^The setting "interval" \(from the variable\) is "soon": .*milliseconds between checkpoints/],
  ["PORT", "", { PORT: "-1" }, null, /^The setting "port" \(from the variable\) is "-1"/],
  ["the file", "", {}, { refresh: 0 }, /^The setting "refresh" \(from the file\) is 0: /],
  ["a level", "--log loud", {}, null, /^The setting "log" \(from the flag\) is "loud": .*"silent"/],
  ["an address", "--url ftp://register.example", {}, null, /^The setting "url" \(from the flag\) is "ftp:\/\/register.example"/],
  ["an unknown flag", "--porte 1", {}, null, /'--porte'.* Settings: --port, --listen/],
  ["a flag without a value", "--port", {}, null, /--port.* Settings: /],
  ["an unknown member of the file", "", {}, { porte: 1 }, /^The settings file .*settings.json has "porte", which is no setting/],
  ["a file that is not there", "--config nowhere.json", {}, null, /^The settings file nowhere.json cannot be read as JSON: .*ENOENT/],
])("a setting that is wrong is named, with where it came from and what is allowed: %s", (_, flags, env, file, sentence) => {
  const settings = join(temporaryFolder(), "settings.json");
  if (file !== null) writeFileSync(settings, JSON.stringify(file));
  const args = [...flags.split(" ").filter(Boolean), ...(file === null ? [] : ["--config", settings])];
  expect(() => readConfig(args, env)).toThrow(ConfigError);
  expect(() => readConfig(args, env)).toThrow(sentence);
});

test.each<[what: string, words: string[], env: Record<string, string>, stderr: RegExp]>([
  ["a setting", ["--interval", "1"], {}, /^The setting "interval" \(from the flag\) is "1": .*\n$/],
  ["a witness", [], { FREEHOLD_WITNESSES: "https://w.example" }, /^The setting "witnesses" has "https:\/\/w.example"; each is a vkey.*\n$/],
  ["a policy that is none", ["--policy", "package.json"], {}, /^The setting "policy" names package.json, which cannot be read as a C2SP policy: .*\n$/],
  ["a word", ["begin"], {}, /^usage: npm start/],
])("what is wrong when it starts is a sentence on standard error, and exit code 2: %s", async (_, words, env, stderr) => {
  expect(await operate([...words, "--data", join(temporaryFolder(), "data")], { env })).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(stderr) });
});

test("flags come before variables, variables before the file, the file before what is built in; `config` says which it was", async () => {
  const settings = join(temporaryFolder(), "settings.json");
  writeFileSync(settings, JSON.stringify({ interval: 30, refresh: 30, burst: 30 }));
  const { code, stdout } = await operate(["config", "--config", settings, "--interval", "10"], {
    env: { FREEHOLD_INTERVAL: "20", FREEHOLD_REFRESH: "20", PORT: "4601" },
  });
  expect(code).toBe(0);
  const shown = Object.fromEntries(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => [line.split(/\s+/)[0], line.split(/\s+/).slice(1, 3)]),
  );
  expect(shown).toMatchObject({
    interval: ["10", "flag"],
    refresh: ["20", "variable"],
    burst: ["30", "file"],
    rate: ["500", "default"],
    port: ["4601", "variable"],
  });
  const named = await operate(["config"], { env: { FREEHOLD_CONFIG: settings, FREEHOLD_PORT: "4602", PORT: "4601" } });
  expect(named.stdout).toMatch(/^burst +30 +file/m);
  expect(named.stdout).toMatch(/^port +4602 +variable/m);
});

test("at SIGTERM it finishes what it has taken, answers who waits, and exits with 0; nothing is lost", async () => {
  const register = await startRegister({ flags: "--interval 60000" });
  const { folder, url } = register;
  const policy = await policyOf(url);
  const waiting = submit(url, recordOf("waits"), "published");
  const taken = new Map<string, number>();
  let next = 0;
  const submitting = async () => {
    for (;;) {
      const entries = Array.from({ length: 50 }, () => recordOf(`load ${next++}`));
      const indexes = await indexesOf(url, entries).catch(() => null);
      if (indexes === null) return;
      for (const [i, entry] of entries.entries()) taken.set(toHex(entry), indexes[i]!);
    }
  };
  const clients = [submitting(), submitting(), submitting()];
  await until(() => taken.size >= 500);
  expect(await register.stop("SIGTERM")).toBe(0);
  await Promise.all(clients);
  expect(register.stderr).toBe("");
  const { index, proof } = await waiting;
  expect((await verifyProof(proof!, leafHash(recordOf("waits")), policy)).index).toBe(index);
  expect(await operate(["fsck", "--data", folder])).toMatchObject({ code: 0 });

  const again = await startRegister({ folder });
  expect(
    await indexesOf(
      again.url,
      [...taken.keys()].map((entry) => Buffer.from(entry, "hex")),
    ),
  ).toEqual([...taken.values()]);
  expect(await again.stop("SIGINT")).toBe(0);
});

/** Asks from another address of this machine, so that it can be told from the address that is listened on. */
function askFrom(localAddress: string, url: string, body?: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        localAddress,
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/octet-stream", "user-agent": "agent-of-a-person/1" },
      },
      (response) => {
        response.resume().once("end", () => resolve(response.statusCode!));
      },
    );
    asked.once("error", reject);
    asked.end(body);
  });
}

test.runIf(process.platform === "linux")("log lines say nothing of who asks, or of entries, even where something is wrong", async () => {
  const first = await startRegister();
  const { tlog } = JSON.parse(((await (await fetch(`${first.url}/.well-known/freehold.json`)).json()) as { policy: string }).policy) as { tlog: string };
  await first.stop();
  // Its own witness satisfies the policy; another cannot be reached, which is logged at every checkpoint.
  const policy = join(first.folder, "policy.txt");
  writeFileSync(policy, tlog);
  const away = formatVkey(makeNoteKey("witness.example/away", bytesOf("away"), TYPE_COSIGNATURE).vkey);
  const register = await startRegister({
    folder: first.folder,
    flags: `--interval 20 --log debug --policy ${policy}`,
    env: { FREEHOLD_WITNESSES: `${away} http://witness.invalid:4610` },
  });
  const { url } = register;

  const client = "127.0.0.77";
  const [record, withdrawal] = [recordOf("person"), withdrawalOf("person")];
  const strings = [toHex(leafHash(record)), toHex(lockOf(secretOf("person"))), toHex(secretOf("person"))];
  expect(await askFrom(client, `${url}/v1/entries?wait=published`, record)).toBe(201);
  expect(await askFrom(client, `${url}/v1/entries?wait=published`, withdrawal)).toBe(201);
  expect(await askFrom(client, `${url}/v1/entries`, record.subarray(1))).toBe(400);
  for (const text of strings) {
    for (const path of [`/v1/locks/${text}`, `/v1/entries?hash=${text}`, `/log?q=${text}`, `/documents/${text}`, `/${text}`, `/v1/entries/${text}`])
      await askFrom(client, `${url}${path}`);
  }
  await submitAll(url, [record, withdrawalOf("nobody"), Uint8Array.of(1)], "published");
  await post(`${url}/v1/entries`, `{"entry": "${toBase64(record)}`);
  await register.stop();

  const lines = register.stderr.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
  const forbidden = [
    client,
    "agent-of-a-person",
    "127.0.0.1",
    ...strings,
    ...[record, withdrawal].flatMap((entry) => [toHex(entry.subarray(2, 12)), toBase64(entry).slice(0, 16)]),
  ];
  for (const text of forbidden) expect(register.stderr).not.toContain(text);
});
