/**
 * The only way out of a visit: an HTTP proxy on the loopback interface. It looks names up, refuses addresses of private networks, connects
 * to the address that it has checked (so a name cannot point elsewhere a moment later), and counts what comes in. It sees every host that
 * a visit reaches, whatever in the browser reached it.
 */
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { isPublicAddress } from "./address.ts";
import type { Network } from "./network.ts";

export interface Gate {
  /** For the browser. */
  readonly url: string;
  /** Hosts to which a connection was opened, and when that was (milliseconds since 1970). */
  readonly reached: ReadonlyMap<string, number>;
  /** Hosts that have only addresses of private networks. */
  readonly refused: ReadonlySet<string>;
  /** Received so far. */
  readonly bytes: number;
  close(): void;
}

export interface GateOptions {
  network: Network;
  allowPrivate: boolean;
  /** Called once, when more than `maxBytes` were received; all connections are then closed. */
  maxBytes: number;
  onTooMuch: () => void;
}

/** Opens a gate; it listens on 127.0.0.1. */
export async function openGate({ network, allowPrivate, maxBytes, onTooMuch }: GateOptions): Promise<Gate> {
  const reached = new Map<string, number>();
  const refused = new Set<string>();
  const sockets = new Set<Duplex>();
  const lookups = new Map<string, Promise<string[]>>();
  let bytes = 0;

  /** The addresses of a host that may be reached, the same for the whole visit; none where it has none. */
  function addressesOf(host: string): Promise<string[]> {
    const bare = host.replace(/^\[(.*)\]$/, "$1");
    const found = lookups.get(bare) ?? (isIP(bare) ? Promise.resolve([bare]) : network.lookup(bare).catch(() => []));
    lookups.set(bare, found);
    return found.then((all) => {
      const allowed = allowPrivate ? all : all.filter(isPublicAddress);
      if (allowed.length === 0 && all.length > 0) refused.add(host);
      return allowed;
    });
  }

  function track(socket: Duplex): void {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  function reach(host: string, port: number, addresses: readonly string[]): Socket {
    const socket = network.connect(addresses, port);
    track(socket);
    socket.once("connect", () => reached.has(host) || reached.set(host, Date.now()));
    socket.on("data", (chunk: Buffer) => {
      const before = bytes;
      bytes += chunk.length;
      if (before <= maxBytes && bytes > maxBytes) {
        onTooMuch();
        for (const one of sockets) one.destroy();
      }
    });
    return socket;
  }

  const server = createServer((request, response) => {
    void (async () => {
      const url = URL.canParse(request.url ?? "") ? new URL(request.url!) : undefined;
      const addresses = url?.protocol === "http:" && bytes <= maxBytes ? await addressesOf(url.hostname) : [];
      if (url === undefined || addresses.length === 0) return void response.writeHead(502).end();
      const headers = [...pairs(request.rawHeaders)].filter(([name]) => !/^(proxy-|connection$)/i.test(name));
      const onward = httpRequest({
        createConnection: () => reach(url.hostname, Number(url.port) || 80, addresses),
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers: [...headers, ["connection", "close"]].flat(),
        setHost: false,
      });
      onward.once("response", (answer) => {
        response.writeHead(answer.statusCode!, answer.statusMessage, answer.rawHeaders);
        answer.pipe(response);
        answer.once("error", () => response.destroy());
      });
      onward.once("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
      response.once("close", () => onward.destroy());
      request.pipe(onward);
    })().catch(() => response.destroy());
  });
  server.on("connect", (request, browser, head) => {
    track(browser);
    void (async () => {
      const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(request.url ?? "") ?? [];
      const addresses = bytes <= maxBytes ? await addressesOf(host) : [];
      if (addresses.length === 0) return void browser.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      const onward = reach(host, Number(port), addresses);
      onward.once("connect", () => {
        browser.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        if (head.length > 0) onward.write(head);
        browser.pipe(onward).pipe(browser);
      });
      onward.once("close", () => browser.destroy());
      browser.once("close", () => onward.destroy());
    })().catch(() => browser.destroy());
  });
  server.on("connection", track);
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached,
    refused,
    get bytes() {
      return bytes;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function* pairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let i = 0; i + 1 < raw.length; i += 2) yield [raw[i]!, raw[i + 1]!];
}
