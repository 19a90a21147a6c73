/** A listener in front of a server: it passes everything on, and keeps each byte that went to the server. And ways to look for what is hidden in bytes. */
import { createServer, connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { utf8 } from "@freehold/protocol/bytes";

export interface Recorder {
  url: string;
  /** Where it passes things on to; may be changed. */
  target: string;
  /** What each connection has sent so far. */
  readonly received: readonly Buffer[];
  close(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  const parts = new Map<number, Buffer[]>();
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((client) => {
    const number = count++;
    const { hostname, port } = new URL(made.target);
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => (sockets.delete(socket), client.destroy(), upstream.destroy()));
    }
    client.on("data", (bytes: Buffer) => {
      parts.set(number, [...(parts.get(number) ?? []), bytes]);
      upstream.write(bytes);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const made: Recorder = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    get received() {
      return [...parts.values()].map((pieces) => Buffer.concat(pieces));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}

export interface Recorded {
  method: string;
  path: string;
  /** Names in small letters. */
  headers: { readonly [name: string]: string };
  body: Buffer;
  /** All of it, as it came. */
  raw: Buffer;
}

/** The requests of a connection (HTTP/1.1, bodies of a stated length). Throws where there is anything else. */
export function requestsOf(connection: Buffer): Recorded[] {
  const requests: Recorded[] = [];
  for (let at = 0; at < connection.length;) {
    const end = connection.indexOf("\r\n\r\n", at);
    const [first = "", ...lines] = connection.toString("latin1", at, end).split("\r\n");
    const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
    if (end < 0 || method === undefined || path === undefined) throw new Error(`This is no request: ${first.slice(0, 200)}`);
    const headers = Object.fromEntries(lines.map((line) => [line.split(":")[0]!.toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    if (headers["transfer-encoding"] !== undefined) throw new Error("A body whose length is not stated is not read here.");
    const next = end + 4 + Number(headers["content-length"] ?? 0);
    requests.push({ method, path, headers, body: connection.subarray(end + 4, next), raw: connection.subarray(at, next) });
    at = next;
  }
  return requests;
}

/** Shorter ones of random bytes are everywhere. */
const RUN = 12;

/** The bytes, and what they are where they were written in hexadecimal, base64, base64url or percent signs: each on its own. */
export function readings(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [bytes];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  // Where a run begins somewhere else than what is in it, it reads as something else: so each beginning is tried.
  for (const [run] of text.matchAll(new RegExp(`[0-9A-Fa-f]{${2 * RUN},}`, "g"))) for (const skip of [0, 1]) found.push(Buffer.from(run.slice(skip), "hex"));
  for (const [run] of text.matchAll(new RegExp(`[A-Za-z0-9+/_-]{${RUN},}`, "g")))
    for (const skip of [0, 1, 2, 3]) found.push(Buffer.from(run.slice(skip), "base64"));
  if (/%[0-9A-Fa-f]{2}/.test(text))
    found.push(utf8(text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))));
  return found;
}

/** What the bytes are, where they were compressed. */
export function unpacked(bytes: Uint8Array): Uint8Array[] {
  return [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync].flatMap((unpack) => {
    try {
      return [unpack(bytes, { maxOutputLength: 2 ** 24 })];
    } catch {
      return [];
    }
  });
}
