/** A small web of its own: one server under many names, over HTTP and HTTPS, and the network that leads there. No name leaves this machine. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import type { Network } from "../../rooms/map/scan/network.ts";
import { makeCertificate } from "./certificate.ts";

/** Answers requests to one host. */
export type Site = (request: IncomingMessage, response: ServerResponse, path: string) => void;

export interface Web {
  network: Network;
  /** What Chromium needs to believe the certificate of all hosts but those of `broken`. */
  args: string[];
  /** Hosts that were asked for something, in this run of the server. */
  asked: Set<string>;
  close(): void;
}

/** An address of the public Internet, for the scanner to check; connections to it end at the server here. */
const PUBLIC = "93.184.215.14";

export interface WebOptions {
  sites: Readonly<Record<string, Site>>;
  /** Hosts with an address of their own; null where they have none. */
  addresses?: Readonly<Record<string, string | null>>;
  aliases?: Readonly<Record<string, readonly string[]>>;
  /** Hosts whose certificate nobody believes. */
  broken?: readonly string[];
}

export async function serveWeb({ sites, addresses = {}, aliases = {}, broken = [] }: WebOptions): Promise<Web> {
  const asked = new Set<string>();
  const good = makeCertificate("test");
  const bad = makeCertificate("broken");
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const host = request.headers.host!;
    asked.add(host);
    const site = sites[host];
    if (site === undefined) return void response.writeHead(404).end();
    response.setHeader("cache-control", "no-store");
    site(request, response, request.url!);
  };
  const plain = createServer(answer);
  const tls = createTlsServer({ ...good, SNICallback: (name, callback) => callback(null, createSecureContext(broken.includes(name) ? bad : good)) }, answer);
  for (const server of [plain, tls]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const portOf = (server: typeof plain | typeof tls) => (server.address() as AddressInfo).port;
  return {
    network: {
      async lookup(host) {
        const address = Object.hasOwn(addresses, host) ? addresses[host]! : PUBLIC;
        if (address === null) throw new Error("ENOTFOUND");
        return [address];
      },
      aliases: async (host) => [...(aliases[host] ?? [])],
      connect(to, port) {
        if (!to.every((address) => address === PUBLIC)) throw new Error(`The scanner went to ${to.join()}.`);
        return connect(portOf(port === 443 ? tls : plain), "127.0.0.1");
      },
    },
    args: [`--ignore-certificate-errors-spki-list=${good.spkiHash}`],
    asked,
    close() {
      for (const server of [plain, tls]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

export function html(body: string, headers: Record<string, string | string[]> = {}): Site {
  return (_request, response, path) => {
    if (path === "/favicon.ico") response.writeHead(204).end();
    else response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers }).end(`<!doctype html><title>A page</title>${body}`);
  };
}

export function script(code: string): Site {
  return (_request, response) => response.writeHead(200, { "content-type": "text/javascript", "access-control-allow-origin": "*" }).end(code);
}

/** A picture of one pixel, with a cookie for other sites. */
export function pixel(cookie?: string): Site {
  const gif = Buffer.from("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=", "base64");
  return (_request, response) =>
    response.writeHead(200, { "content-type": "image/gif", ...(cookie && { "set-cookie": `${cookie}; SameSite=None; Secure` }) }).end(gif);
}
