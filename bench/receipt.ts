/** A complete receipt verified, all steps: in Node, and in Chromium from a cold page; and the size of the bundle that does it. */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import type { Rolldown } from "vite";
import { newOpening, verifyOpening, commit } from "@freehold/protocol/commitment";
import { formatReceipt, verifyReceipt } from "@freehold/protocol/receipt";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { START, receiptOf, tellStory } from "../protocol/testkit/story.ts";
import { startChromium } from "../test/chromium.ts";
import { cpuMicroseconds, median, report, cpuMilliseconds } from "./report.ts";

const story = tellStory("register.example/log", 2000);
const receipt = formatReceipt(receiptOf(story));
const policyText = story.register.policyText;
const policy = parseTrustPolicy(policyText);
const now = START + 400;

const node = await cpuMilliseconds(() => verifyReceipt(receipt, { policy, now }));
const opening = newOpening();
const commitment = commit("document", opening);
const opened = cpuMicroseconds(() => verifyOpening({ commitment, document: "document", opening })) / 1000;

const primitives = await signatureChecks();

const bundle = await verifierBundle();
const browser = await inBrowser(bundle);

report(`Receipt of ${receipt.length.toLocaleString("en")} characters: record, offer, claim, binding, acknowledgement, 8 note signatures, 3 openings`, [
  {
    figure: "verified in Node, warm, CPU",
    measured: `${node.toFixed(2)} ms`,
    against: `its 5 P-256, 8 Ed25519 (OpenSSL) and 3 openings (noble) alone: ${(3 * opened + primitives).toFixed(2)} ms`,
    goal: "<= 2 ms",
    met: node <= 2,
  },
  { figure: "verified in Chromium, first in a fresh page", measured: `${browser.cold.toFixed(1)} ms`, goal: "<= 50 ms", met: browser.cold <= 50 },
  { figure: "verified in Chromium, warm", measured: `${browser.warm.toFixed(2)} ms`, goal: "<= 10 ms", met: browser.warm <= 10 },
  { figure: "bundle that verifies it, gzip", measured: `${(bundle.bytes / 1000).toFixed(1)} kB`, goal: "<= 40 kB", met: bundle.bytes <= 40_000 },
]);

/** Milliseconds for as many raw signature checks as the receipt has, keys imported. */
async function signatureChecks(): Promise<number> {
  const message = new Uint8Array(600);
  const time = (type: "ec" | "ed25519") => {
    const { publicKey, privateKey } = type === "ec" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
    const digest = type === "ec" ? "sha256" : null;
    const signature = sign(digest, message, privateKey);
    return cpuMicroseconds(() => verify(digest, message, publicKey, signature)) / 1000;
  };
  return 5 * time("ec") + 8 * time("ed25519");
}

interface Bundle {
  entry: string;
  /** Code by file name. */
  files: Map<string, string>;
  /** Gzipped bytes of the entry and all that it imports at once; noble's P-256, which only pages without WebCrypto load, is not among it. */
  bytes: number;
}

async function verifierBundle(): Promise<Bundle> {
  const input = fileURLToPath(new URL("verifier.ts", import.meta.url));
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["source", "browser", "import", "module", "default"] },
    build: { write: false, minify: true, target: "es2022", modulePreload: false, rolldownOptions: { input, preserveEntrySignatures: "strict" } },
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((chunk) => chunk.type === "chunk");
  const entry = chunks.find((chunk) => chunk.isEntry)!;
  const atOnce = new Set([entry.fileName]);
  for (const name of atOnce) for (const needed of chunks.find((chunk) => chunk.fileName === name)!.imports) atOnce.add(needed);
  const bytes = chunks.filter((chunk) => atOnce.has(chunk.fileName)).reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
  return { entry: entry.fileName, files: new Map(chunks.map((chunk) => [chunk.fileName, chunk.code])), bytes };
}

/** Cold: import and first verification in five fresh pages, the median. Warm: 30 more in the last. */
async function inBrowser({ entry, files }: Bundle): Promise<{ cold: number; warm: number }> {
  const server = createServer((request, response) => {
    const code = files.get(request.url!.slice(1));
    response.writeHead(200, { "content-type": code === undefined ? "text/html" : "text/javascript" }).end(code ?? "<!doctype html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const chromium = await startChromium();
  try {
    const colds: number[] = [];
    let warm = 0;
    for (let round = 0; round < 5; round++) {
      const page = await chromium.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const times = await page.evaluate(
        async ({ receipt, policyText, now, rounds, entry }) => {
          const { verifyReceipt, parseTrustPolicy } = await import(`${location.origin}/${entry}`);
          const start = performance.now();
          const policy = parseTrustPolicy(policyText);
          await verifyReceipt(receipt, { policy, now });
          const cold = performance.now() - start;
          for (let i = 0; i < rounds; i++) await verifyReceipt(receipt, { policy, now });
          const again = performance.now();
          for (let i = 0; i < rounds; i++) await verifyReceipt(receipt, { policy, now });
          return { cold, warm: (performance.now() - again) / rounds };
        },
        { receipt, policyText, now, rounds: 40, entry },
      );
      colds.push(times.cold);
      warm = times.warm;
      await page.close();
    }
    return { cold: median(colds), warm };
  } finally {
    await chromium.close();
    server.close();
  }
}
