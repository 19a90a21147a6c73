/**
 * Requests of the register to companies' hosts. Whoever names a host makes the register ask it, so every such request is bounded in time and
 * bytes, follows no redirect, and goes only to addresses of the public Internet: the name is looked up first, and the connection goes to the
 * address that was checked, so that the name cannot point elsewhere a moment later.
 */
import { lookup as lookUp } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { FreeholdError } from "@freehold/protocol/errors";
import { isPublicAddress } from "../map/index.ts";

export interface ReachOptions {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** The most bytes that are read of the answer. */
  max: number;
  /** Milliseconds for the whole of it. */
  timeout: number;
  /** Also reaches this machine and private networks, and http://localhost: for demonstrations. */
  local: boolean;
  /** Looks a name up; of the system unless told. */
  resolve?: (host: string) => Promise<string[]>;
}

export interface Reached {
  status: number;
  body: Uint8Array;
}

export type Reach = (url: string, options: Omit<ReachOptions, "local" | "resolve">) => Promise<Reached>;

const systemLookup = async (host: string): Promise<string[]> => (await lookUp(host, { all: true })).map(({ address }) => address);

/** Ports that a company's site may have: others are of other protocols. */
const mayHavePort = (port: string) => port === "" || Number(port) > 1023;

/**
 * Asks a host. Any status is an answer, a redirect too. Throws `origin_refused` for an address that is not public, `claim_unreachable` where
 * there is no answer within the bounds. What is told of a failure is the same for whatever is behind the name.
 *
 * @example
 * ```ts
 * const { status, body } = await reach("https://shop.example/.well-known/freehold.json", { max: 262_144, timeout: 10_000, local: false });
 * ```
 */
export async function reach(address: string, options: ReachOptions): Promise<Reached> {
  const { local, resolve = systemLookup, timeout } = options;
  if (!URL.canParse(address)) throw new FreeholdError("origin_refused", "This is no address of the web.");
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isHttp = url.protocol === "http:" && local && (host === "localhost" || host === "127.0.0.1");
  if ((url.protocol !== "https:" && !isHttp) || url.username !== "" || url.password !== "" || !(mayHavePort(url.port) || local))
    throw new FreeholdError(
      "origin_refused",
      `The register reaches companies by https://, on port 443 or one above 1023${local ? ", or http://localhost" : ""}.`,
    );
  const signal = AbortSignal.timeout(timeout);
  const silent = (cause?: unknown) =>
    new FreeholdError("claim_unreachable", `${url.host} does not answer as it should within ${Math.round(timeout / 1000)} seconds.`, { cause });
  let addresses: string[];
  try {
    addresses = isIP(host) !== 0 ? [host] : await within(resolve(host), signal);
  } catch (cause) {
    throw silent(cause);
  }
  if (addresses.length === 0) throw silent();
  // All of them: with one public address among private ones, the second connection could go to the other.
  if (!local && !addresses.every(isPublicAddress)) throw new FreeholdError("origin_refused", `${url.host} is no host of the public Internet.`);
  try {
    return await send(url, addresses, options, signal);
  } catch (cause) {
    if (cause instanceof FreeholdError) throw cause;
    throw silent(cause);
  }
}

function send(url: URL, addresses: readonly string[], { method = "GET", headers = {}, body, max }: ReachOptions, signal: AbortSignal): Promise<Reached> {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_, { all }, done) => (all === true ? done(null, checked) : done(null, checked[0]!.address, checked[0]!.family));
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(
      url,
      {
        method,
        headers: {
          accept: "application/json",
          "accept-encoding": "identity",
          "user-agent": "Freehold register",
          ...headers,
          ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
        },
        agent: false,
        lookup,
        signal,
      },
      (response) => void read(response, max, url.host).then((bytes) => resolve({ status: response.statusCode ?? 0, body: bytes }), reject),
    );
    request.once("error", reject);
    request.end(body);
  });
}

async function read(response: IncomingMessage, max: number, host: string): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  // Leaving the loop early closes the connection.
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > max) throw new FreeholdError("claim_unreachable", `${host} answers with more than ${max} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}
