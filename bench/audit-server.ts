/**
 * The register that bench/audit.ts audits, in a process of its own: a log of N entries (1 % withdrawals, a status entry after every
 * thousand) made at the start and served from memory as static files, so that the figure is the auditor's and not a server's.
 */
import { hash as digest } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createEndedBits } from "../cli/src/audit/ended-bits.ts";
import { toHex } from "../protocol/src/bytes.ts";
import { formatCheckpoint } from "../protocol/src/checkpoint.ts";
import { cosign } from "../protocol/src/cosignature.ts";
import { leafHash, rootHash } from "../protocol/src/merkle.ts";
import { TYPE_COSIGNATURE, formatNote, formatVkey, makeNoteKey, parseNote, signNote } from "../protocol/src/note.ts";
import { TILE_WIDTH, encodeBundle, tilePath } from "../protocol/src/tile.ts";
import { bytesOf } from "../protocol/testkit/register.ts";
import { entriesOf } from "./log-of.ts";

const size = Number(process.argv[2]);
const origin = "bench.test/log";
const logKey = makeNoteKey(origin, bytesOf("log"));
const witness = makeNoteKey("witness.test", bytesOf("witness"), TYPE_COSIGNATURE);
const tlog = `log ${formatVkey(logKey.vkey)}\nwitness W1 ${formatVkey(witness.vkey)}\nquorum W1\n`;

const files = new Map<string, Uint8Array | string>();
const ended = createEndedBits();
let bundle: Uint8Array[] = [];
let row: Uint8Array[] = [];

const put = (level: number | "entries", index: number, width: number, bytes: Uint8Array) => files.set(`/log/${tilePath({ level, index, width })}`, bytes);
const entries = entriesOf(size, { end: (index) => ended.set(index), root: (index) => ended.root(index) });
let at = 0;
for (const entry of entries) {
  bundle.push(entry);
  if (++at % TILE_WIDTH !== 0 && at !== size) continue;
  const index = Math.ceil(at / TILE_WIDTH) - 1;
  const leaves = bundle.map(leafHash);
  put("entries", index, bundle.length, encodeBundle(bundle));
  put(0, index, leaves.length, Buffer.concat(leaves));
  row.push(rootHash(leaves));
  bundle = [];
}
// The levels above: the root is over the roots of the bundles, because only the last of them is not full.
const root = rootHash(row);
row = row.slice(0, Math.floor(size / TILE_WIDTH));
for (let level = 1; row.length > 0; level++) {
  const above: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < row.length; index++) {
    const hashes = row.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    put(level, index, hashes.length, Buffer.concat(hashes));
    if (hashes.length === TILE_WIDTH) above.push(rootHash(hashes));
  }
  row = above;
}

const text = formatCheckpoint({ origin, size, root });
const signed = parseNote(signNote(text, [logKey]));
const status = { "freehold-size": String(size - 1), "freehold-root": toHex(ended.root(size - 1)) };
files.set("/log/checkpoint", formatNote({ text, signatures: [...signed.signatures, cosign(text, witness, Math.floor(Date.now() / 1000))] }));
files.set("/log/status/bits", ended.bytes(size - 1));
files.set("/.well-known/freehold.json", JSON.stringify({ origin, log: "/log/", documents: "/documents/", vkey: formatVkey(logKey.vkey), policy: tlog }));

const server = createServer((request, response) => {
  const body = files.get(request.url!);
  if (body === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-length": Buffer.byteLength(body), ...(request.url === "/log/status/bits" ? status : {}) }).end(body);
});
server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port, log: digest("sha256", text, "hex") }));
process.on("disconnect", () => process.exit());
