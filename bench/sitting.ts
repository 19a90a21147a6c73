/**
 * A sitting in Chromium against the real register with its usual settings: the log read and searched, one decision, two hundred decisions; all
 * without the gesture, which is the person's time.
 *
 *     node --conditions=source bench/sitting.ts [--entries N] [--decisions N]
 */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import type { Rolldown } from "vite";
import { encodeEntry } from "../protocol/src/entry.ts";
import { startChromium } from "../test/chromium.ts";
import { submitAll } from "../test/client.ts";
import { startRegister, withFolder } from "./process.ts";
import { median, report, thousands } from "./report.ts";

const { values } = parseArgs({ options: { entries: { type: "string", default: "100000" }, decisions: { type: "string", default: "200" } } });
const entries = Number(values.entries);
const decisions = Number(values.decisions);

const bundle = await bundleOf(fileURLToPath(new URL("person.ts", import.meta.url)));
const bytes = [...bundle.files.values()].reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0);

await withFolder(async (folder) => {
  const server = await startRegister(folder, { FREEHOLD_CHAIN: "none", FREEHOLD_SEED: "none" });
  const url = `http://127.0.0.1:${server.port}`;
  const chromium = await startChromium();
  try {
    for (let done = 0; done < entries; done += 8000) {
      const some = Array.from({ length: Math.min(8000, entries - done) }, () =>
        encodeEntry({ kind: "record", commitment: randomBytes(32), lock: randomBytes(32) }),
      );
      await submitAll(url, some, done + 8000 >= entries ? "published" : "sequenced");
    }
    const page = await chromium.newPage();
    // The page is of the register's own origin, as /me is.
    await page.route(`${url}/bench/**`, (route) => {
      const code = bundle.files.get(new URL(route.request().url()).pathname.slice("/bench/".length));
      return route.fulfill({ contentType: code === undefined ? "text/html" : "text/javascript", body: code ?? "<!doctype html>" });
    });
    await page.goto(`${url}/bench/`);
    await page.evaluate(async (module) => void Object.assign(window, { client: await import(module) }), `${url}/bench/${bundle.entry}`);
    await page.unroute(`${url}/bench/**`); // as long as one is looked at, all requests are, and slow
    const times = await page.evaluate(inPage, { url, decisions });
    report(`A sitting in Chromium, a log of ${thousands(entries)} entries, a checkpoint each second; code ${(bytes / 1000).toFixed(0)} kB gzip`, [
      {
        figure: "the log read, its root recomputed, searched",
        measured: `${(times.read / 1000).toFixed(2)} s`,
        against: `${thousands((1000 * entries) / times.read)} entries/s`,
      },
      {
        figure: "one decision prepared, signed, submitted (durable)",
        measured: `${median(times.ones).toFixed(0)} ms; the first ${times.ones[0]!.toFixed(0)} ms`,
        goal: "<= 500 ms",
        met: Math.max(...times.ones) <= 500,
      },
      { figure: "one decision published, seen in the log", measured: `${times.published.toFixed(0)} ms`, against: "a checkpoint each second" },
      { figure: "one receipt made and verified", measured: `${times.receipt.toFixed(0)} ms` },
      {
        figure: `${decisions} decisions prepared and signed`,
        measured: `${times.signed.toFixed(0)} ms; ${(times.signed / decisions).toFixed(1)} ms each`,
      },
      {
        figure: `${decisions} decisions, to the last one seen in the log`,
        measured: `${(times.all / 1000).toFixed(2)} s`,
        goal: "<= 6 s",
        met: times.all <= 6000,
      },
    ]);
  } finally {
    await chromium.close();
    await server.stop();
  }
});

/** Runs in the page. */
async function inPage({ url, decisions }: { url: string; decisions: number }) {
  const { client } = window as unknown as { client: typeof import("./person.ts") };
  const { openBook, readLog, unreadLog, prepare, makeReceipt, learnRegister, sign, takeSnapshot, postEntry, submit, fromHex, newSeed, parseTrustPolicy } =
    client;
  const fetch = window.fetch.bind(window);
  const now = () => Date.now() / 1000;
  const register = await learnRegister(url, fetch);
  const policy = parseTrustPolicy(register.policy);
  const seed = newSeed();
  const source = { url, policy, fetch };
  const draftOf = (i: number) => ({
    act: "dpv:ObjectingToProcess" as const,
    controller: { id: `https://company-${i}.example`, name: `Company ${i}` },
    processes: [{ purposes: ["dpv:Marketing"] }],
  });
  const gesture = async () => null;

  let start = performance.now();
  const lap = () => {
    const taken = performance.now() - start;
    start = performance.now();
    return taken;
  };
  let book = openBook(register);
  let log = await readLog({ ...source, state: unreadLog(register.origin), book, seed });
  const read = lap();

  const ones: number[] = [];
  let published = 0;
  for (let i = 0; i < 5; i++) {
    lap();
    const prepared = prepare({ book, log, seed, drafts: [draftOf(10_000 + i)], now: now() });
    const signed = await sign({ seed, book, prepared, gesture, now: now() });
    await postEntry(fromHex(signed.items[0]!.entry), source);
    ones.push(lap());
    ({ book, log } = await submit({ ...source, book: signed.book, log, seed, now }));
    published = ones.at(-1)! + lap();
  }
  const { text } = await makeReceipt({ item: book.items[0]!, snapshot: await takeSnapshot(source), policy, now: now() });
  const receipt = text.length > 0 ? lap() : 0;

  // Two hundred in a new installation: the first record alone, then as many as the rule of counters lets.
  book = openBook(register);
  log = await readLog({ ...source, state: log, book, seed });
  lap();
  const prepared = prepare({ book, log, seed, drafts: Array.from({ length: decisions }, (_, i) => draftOf(i)), now: now() });
  const signedAll = await sign({ seed, book, prepared, gesture, now: now() });
  const signed = lap();
  const done = await submit({ ...source, book: signedAll.book, log, seed, now });
  const all = signed + lap();
  if (done.book.items.some(({ index }) => index === undefined)) throw new Error("not all were published");
  return { read, ones, published, receipt, signed, all };
}

async function bundleOf(input: string): Promise<{ entry: string; files: Map<string, string> }> {
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["source", "browser", "import", "module", "default"] },
    build: { write: false, minify: true, target: "es2022", modulePreload: false, rolldownOptions: { input, preserveEntrySignatures: "strict" } },
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((chunk) => chunk.type === "chunk");
  return { entry: chunks.find((chunk) => chunk.isEntry)!.fileName, files: new Map(chunks.map((chunk) => [chunk.fileName, chunk.code])) };
}
