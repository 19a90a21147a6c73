/** The command `freehold witness`: cosigns the checkpoints of logs, over HTTP (C2SP tlog-witness). */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync } from "node:fs";
import { FreeholdError } from "@freehold/protocol/errors";
import { TYPE_COSIGNATURE, TYPE_ED25519, formatVkey, parseVkey } from "@freehold/protocol/note";
import type { NoteKey, Vkey } from "@freehold/protocol/note";
import { answerAddCheckpoint } from "@freehold/protocol/witness";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { makeKeyFile, readNoteKey } from "./note-key.ts";
import { wrap } from "./output.ts";
import { openWitnessState } from "./witness-state.ts";
import type { WitnessState } from "./witness-state.ts";

export interface WitnessOptions {
  key: string;
  state: string;
  log: string[];
  name?: string;
  port: number;
  listen: string;
  /** Requests in one second from one address. */
  rate: number;
}

/** Room for 63 hashes and 100 signatures, those of larger keys among them. */
const MAX_BODY = 262_144;
/** Connections at one time; more are closed. */
const MAX_CONNECTIONS = 500;
const TEXT = "text/plain; charset=utf-8";

/** What an answer consists of. */
interface Answer {
  status: number;
  body: string;
  contentType?: string;
  headers?: Record<string, string>;
}

/** Runs a witness until it is told to stop (SIGTERM, SIGINT). Throws {@link Failure} where it cannot begin. */
export async function witness(options: WitnessOptions): Promise<Outcome> {
  const logs = options.log.map(readLog);
  const known = readNoteKey(options.key, TYPE_COSIGNATURE);
  if (known !== undefined && options.name !== undefined && known.vkey.name !== options.name) {
    throw new Failure(
      EXIT.usage,
      "argument_invalid",
      `The key in ${options.key} has the name ${known.vkey.name}, which cannot be changed; --name says ${options.name}.`,
    );
  }
  if (known !== undefined && !existsSync(options.state)) {
    process.stderr.write(
      `freehold: note: the key is there and the folder ${options.state} is not. If this witness has cosigned before, stop it and use a new key: without its memory it may cosign a second history.\n`,
    );
  }
  const key = known ?? makeKeyFile(options.key, options.name, TYPE_COSIGNATURE);
  const state = openState(options.state);
  try {
    const server = createWitnessServer({
      key,
      logs,
      state,
      rate: options.rate,
      say: (sentence) => void process.stderr.write(`freehold: ${wrap(sentence, { width: Infinity, colour: false })}\n`),
    });
    await listen(server, options);
    const { address, port, family } = server.address() as AddressInfo;
    process.stdout.write(`vkey ${formatVkey(key.vkey)}\nready http://${family === "IPv6" ? `[${address}]` : address}:${port}\n`);
    await stopped();
    await close(server);
  } finally {
    state.close();
  }
  return { exit: EXIT.ok, stdout: "", stderr: "" };
}

/**
 * The server of a witness, not yet listening.
 *
 * @param timeout for a whole request, in milliseconds.
 * @param say is told what an operator should know.
 */
export function createWitnessServer({
  key,
  logs,
  state,
  rate = 50,
  timeout = 10_000,
  now = () => Math.floor(Date.now() / 1000),
  say = () => {},
}: {
  key: NoteKey;
  logs: readonly Vkey[];
  state: WitnessState;
  rate?: number;
  timeout?: number;
  now?: () => number;
  say?: (sentence: string) => void;
}): Server {
  const isTooMany = rateLimit(rate);

  const add = async (body: Uint8Array): Promise<Answer> => {
    for (;;) {
      const answer = await answerAddCheckpoint(body, { logs, latest: (origin) => state.latest(origin), key, time: now() });
      if (answer.splitView !== undefined) {
        const file = state.keepSplitView(answer.splitView);
        if (file !== undefined) say(`the log ${answer.splitView.origin} has signed two trees of one size. The other one is kept in ${file}.`);
      }
      // Where another request was faster, this answer is void: the state that it was made from is past.
      if (answer.accepted === undefined || state.accept(answer.accepted)) return answer;
    }
  };

  const page = (): Answer => {
    const sizes = [...new Set(logs.map(({ name }) => name))].map((origin) => `log ${origin} size ${state.latest(origin)?.size ?? 0}\n`);
    return { status: 200, body: `A witness of logs (C2SP tlog-witness): POST add-checkpoint\nvkey ${formatVkey(key.vkey)}\n${sizes.join("")}` };
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const [path] = (request.url ?? "").split("?");
    const method = request.method ?? "";
    if (path === "/" && ["GET", "HEAD"].includes(method)) return page();
    if (path !== "/add-checkpoint") return { status: 404, body: "There are / and /add-checkpoint.\n" };
    if (method !== "POST") return { status: 405, body: "A checkpoint is sent with POST.\n", headers: { allow: "POST" } };
    if (isTooMany(request.socket.remoteAddress ?? "")) return { status: 429, body: "Too many requests from this address.\n", headers: { "retry-after": "1" } };
    const body = await readBody(request);
    if (body === undefined) return { status: 413, body: `A request has at most ${MAX_BODY} bytes.\n`, headers: { connection: "close" } };
    return add(body);
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const {
      status,
      body,
      contentType = TEXT,
      headers = {},
    } = await answer(request).catch((error: unknown): Answer => {
      if (request.destroyed && !request.complete) return { status: 400, body: "" }; // nobody is there to read it
      const isKnown = error instanceof FreeholdError && error.code === "unavailable";
      say(isKnown ? error.message : `unexpected error: ${error instanceof Error ? error.stack : String(error)}`);
      return isKnown
        ? { status: 503, body: "The witness cannot keep its memory now. Nothing was cosigned.\n", headers: { "retry-after": "60" } }
        : { status: 500, body: "An unexpected error. Nothing was cosigned.\n" };
    });
    response.writeHead(status, {
      "content-type": contentType,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(server.listening ? {} : { connection: "close" }),
      ...headers,
    });
    response.end(body);
  };

  const server = createServer(
    { requestTimeout: timeout, headersTimeout: timeout, keepAliveTimeout: 75_000, connectionsCheckingInterval: Math.min(1000, timeout) },
    (request, response) => void respond(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Whether an address has asked more than `rate` times in this second. */
function rateLimit(rate: number): (address: string) => boolean {
  let second = 0;
  const counts = new Map<string, number>();
  return (address) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) counts.clear();
    second = now;
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count > rate;
  };
}

/** The body of a request; undefined where it is too large. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readLog(text: string): Vkey {
  let vkey: Vkey;
  try {
    vkey = parseVkey(text);
  } catch (cause) {
    throw new Failure(EXIT.usage, "note_key_malformed", `--log ${text} is no key of a log. ${(cause as Error).message}`, { cause });
  }
  if (vkey.type !== TYPE_ED25519)
    throw new Failure(EXIT.usage, "note_key_malformed", `--log ${text} is the key of a witness (type ${vkey.type}); a log signs with type ${TYPE_ED25519}.`);
  return vkey;
}

function openState(folder: string): WitnessState {
  try {
    return openWitnessState(folder);
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    throw new Failure(cause.code === "folder_damaged" ? EXIT.badData : EXIT.unavailable, cause.code, cause.message, { cause });
  }
}

function listen(server: Server, { port, listen: host }: Pick<WitnessOptions, "port" | "listen">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "something else listens there; choose another with --port" : cause.message;
      reject(new Failure(EXIT.unavailable, "unavailable", `The witness cannot listen on ${host}, port ${port}: ${why}.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

/** Resolves when this process is told to stop. A second signal ends it at once. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

/** Lets requests that have begun end, for five seconds at most. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), 5000);
  await closed;
  clearTimeout(deadline);
}
