/** A company's endpoints for any server that speaks `Request` and `Response` (spec/delivery.md). */
import { FreeholdError } from "@freehold/protocol/errors";
import type { FreeholdErrorCode } from "@freehold/protocol/errors";
import { decodeClaim } from "@freehold/protocol/publication";
import type { Received } from "./delivery.ts";
import { MAX_DELIVERY } from "./delivery-form.ts";
import type { Reception } from "./reception.ts";
import { parseWithdrawal } from "./withdrawals.ts";

export interface EndpointOptions {
  /** Milliseconds for which a caller waits for the answer to be published, before it is told to come again: 3,000 unless told. */
  patience?: number;
}

/** Answers what concerns Freehold; null where a request is for somebody else. */
export interface Endpoints {
  (request: Request): Promise<Response | null>;
  /** Whether a path is one of these, so that the body of any other is left alone. */
  concerns(pathname: string): boolean;
}

/** Those that are not 400. */
const STATUS: { readonly [C in FreeholdErrorCode]?: number } = {
  too_large: 413,
  unavailable: 503,
  lock_unknown: 404,
  request_unknown: 404,
  kid_unbound: 403,
  reference_unknown: 403,
  kid_rotated: 409,
  kid_bound: 409,
  binding_previous: 409,
};
const HEADERS = { "access-control-allow-origin": "*", "cache-control": "no-store", "x-content-type-options": "nosniff" };
const PREFLIGHT = { "access-control-allow-methods": "GET, POST", "access-control-allow-headers": "content-type", "access-control-max-age": "86400" };
const WELL_KNOWN = "/.well-known/freehold.json";
/** Seconds. */
const RETRY_AFTER = 2;

/**
 * The endpoints of a reception, at the paths that its claim names: `/.well-known/freehold.json`, `deliver` (POST; GET `deliver`/<record> asks for the answer to a record)
 * and `withdraw`. Any origin may call: no cookie is read.
 *
 * @throws `publication_malformed`, `jws_…` for a claim that is none.
 * @example
 * ```ts
 * const endpoints = createEndpoints(reception);
 * const answer = (await endpoints(request)) ?? (await shop(request));
 * ```
 */
export function createEndpoints(reception: Reception, { patience = 3000 }: EndpointOptions = {}): Endpoints {
  const { body: claim } = decodeClaim(reception.claim).claim;
  const path = (address: string | undefined) => (address === undefined ? undefined : new URL(address).pathname);
  const [deliver, withdraw] = [path(claim.deliver), path(claim.withdraw)];

  /** Again, as long as the caller's patience lasts, until the answer is published. */
  const published = async <T extends { acknowledgement?: unknown }>(first: T, again: () => Promise<T | undefined>): Promise<T> => {
    let answer = first;
    for (const until = Date.now() + patience; answer.acknowledgement === undefined && Date.now() < until;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      answer = (await again()) ?? answer;
    }
    return answer;
  };
  const answered = ({ record, acknowledgement, binding, checkpoint }: Received): Response =>
    acknowledgement === undefined
      ? json(202, { record }, { "retry-after": String(RETRY_AFTER) })
      : json(200, { record, acknowledgement, ...(binding && { binding }), checkpoint });

  const recordIn = (pathname: string): string | undefined =>
    deliver !== undefined && pathname.startsWith(`${deliver}/`) ? /^\/([0-9a-f]{64})$/.exec(pathname.slice(deliver.length))?.[1] : undefined;
  const concerns = (pathname: string): boolean => pathname === WELL_KNOWN || pathname === deliver || pathname === withdraw || recordIn(pathname) !== undefined;

  const answer = async (request: Request, pathname: string): Promise<Response> => {
    const { method } = request;
    const record = recordIn(pathname);
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { ...HEADERS, ...PREFLIGHT } });
    if (method === "GET" && pathname === WELL_KNOWN) return json(200, { claim: reception.claim }, { "cache-control": "no-cache" });
    if (method === "GET" && record !== undefined) {
      const found = await reception.answerTo(record);
      if (found === undefined) throw new FreeholdError("request_unknown", "This company took no record with this hash.");
      return answered(found);
    }
    if (method === "POST" && pathname === deliver) {
      const received = await reception.receive(await bodyOf(request, MAX_DELIVERY));
      return answered(await published(received, () => reception.answerTo(received.record)));
    }
    if (method === "POST" && pathname === withdraw) {
      const secret = parseWithdrawal(await bodyOf(request, 4096));
      const { mine, ...first } = await reception.withdraw(secret);
      if (!mine) return json(200, { lock: first.lock });
      const { acknowledgement, checkpoint } = await published(first, () => reception.withdraw(secret));
      const { lock } = first;
      return acknowledgement === undefined ? json(202, { lock }, { "retry-after": String(RETRY_AFTER) }) : json(200, { lock, acknowledgement, checkpoint });
    }
    return problem(405, "argument_invalid", `${method} is not for this address.`);
  };

  const endpoints = async (request: Request): Promise<Response | null> => {
    const { pathname } = new URL(request.url);
    if (!concerns(pathname)) return null;
    try {
      return await answer(request, pathname);
    } catch (error) {
      if (!(error instanceof FreeholdError)) {
        reception.desk.parts.log(`An endpoint failed: ${String(error)}`);
        return problem(503, "unavailable", "The desk cannot take this now; try again in a moment.");
      }
      return problem(STATUS[error.code] ?? 400, error.code, error.message);
    }
  };
  return Object.assign(endpoints, { concerns });
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...HEADERS, ...headers } });
}

/** RFC 9457. */
function problem(status: number, code: FreeholdErrorCode, detail: string): Response {
  const headers = { ...HEADERS, "content-type": "application/problem+json", ...(status === 503 && { "retry-after": "5" }) };
  return new Response(JSON.stringify({ type: `urn:freehold:problem:${code}`, title: code.replaceAll("_", " "), status, code, detail }), { status, headers });
}

async function bodyOf(request: Request, max: number): Promise<Uint8Array> {
  const tooLarge = () => new FreeholdError("too_large", `The body has at most ${max} bytes here.`);
  if (Number(request.headers.get("content-length") ?? 0) > max) throw tooLarge();
  const reader = request.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader!.read()) {
    length += part.value.length;
    if (length > max) {
      await reader!.cancel();
      throw tooLarge();
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
