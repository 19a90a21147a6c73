/** The same endpoints for Express 5, or any server with `(request, response, next)`. To be mounted before whatever parses bodies. */
import { createEndpoints } from "./middleware-fetch.ts";
import type { EndpointOptions } from "./middleware-fetch.ts";
import type { Reception } from "./reception.ts";

/** What is used of Express: Node's own messages. */
export interface IncomingRequest extends AsyncIterable<Uint8Array> {
  method?: string | undefined;
  url?: string | undefined;
  /** Express: the path as it came, where the middleware is mounted below another. */
  originalUrl?: string;
  headers: { [name: string]: string | string[] | undefined };
}
export interface OutgoingResponse {
  writeHead(status: number, headers: Record<string, string>): { end(body?: Uint8Array): unknown };
}

/**
 * @example
 * ```ts
 * const app = express();
 * app.use(createExpressEndpoints(reception));
 * ```
 */
export function createExpressEndpoints(
  reception: Reception,
  options?: EndpointOptions,
): (request: IncomingRequest, response: OutgoingResponse, next: (error?: unknown) => void) => void {
  const endpoints = createEndpoints(reception, options);
  return (request, response, next) => {
    // Which host it came for is of no matter: the claim says what ours is.
    const address = new URL(request.originalUrl ?? request.url ?? "/", "http://desk.invalid");
    if (!endpoints.concerns(address.pathname)) {
      next();
      return;
    }
    const method = request.method ?? "GET";
    const headers = new Headers();
    for (const name of ["content-type", "content-length"]) if (typeof request.headers[name] === "string") headers.set(name, request.headers[name]);
    const hasBody = method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
    const init = { method, headers, ...(hasBody && { body: request, duplex: "half" }) };
    const answer = async () => {
      const made = (await endpoints(new Request(address, init as unknown as RequestInit)))!;
      response.writeHead(made.status, Object.fromEntries(made.headers)).end(new Uint8Array(await made.arrayBuffer()));
    };
    answer().catch(next);
  };
}
