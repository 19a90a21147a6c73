/** HTTP to a register: patient with its limits, and never believing how much it is going to send. */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { EXIT, Failure } from "./exit.ts";

export interface Question {
  method?: "GET" | "POST";
  headers?: { readonly [name: string]: string };
  /** Sent with it. */
  body?: Uint8Array;
  /** Bytes that the answer may have, unpacked. Of a longer one `max + 1` are kept, so that it is seen to be too long. */
  max: number;
  /** Milliseconds without a sign of life after which it has failed. */
  timeout?: number;
  /** Takes the body piece by piece instead: `body` is then empty, and `max` still holds. Called anew from the first piece, after `onStart`, where it is tried again. */
  onChunk?: (chunk: Uint8Array) => void;
  onStart?: () => void;
}

export interface Answer {
  /** Any but 429 and 5xx, which are tried again, and redirections, which are followed. */
  status: number;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export interface Remote {
  /** Asks until there is an answer; throws {@link Failure} (69) when the patience is over. */
  ask(url: string, question: Question): Promise<Answer>;
  close(): void;
}

/** Waits between attempts, in milliseconds; longer where the register asks for it. */
const WAITS = [250, 500, 1000, 2000, 4000];
const LONGEST_WAIT = 60_000;
const REDIRECTIONS = 5;
/** Of an error's text. */
const MAX_PROBLEM = 65_536;

const UNPACK: { readonly [encoding: string]: () => NodeJS.ReadWriteStream & Readable } = {
  gzip: createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
};

/** A client that keeps at most `connections` open. Close it, or the process stays. */
export function openRemote({ connections }: { connections: number }): Remote {
  const agents = {
    "http:": new HttpAgent({ keepAlive: true, maxSockets: connections }),
    "https:": new HttpsAgent({ keepAlive: true, maxSockets: connections }),
  };
  /** An address that has never answered is probably wrong: patience is for one that has. */
  let heard = false;

  const attempt = (url: string, { method = "GET", headers, body, max, timeout = 30_000, onChunk, onStart }: Question): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith("https:");
      const sent = (secure ? httpsRequest : httpRequest)(url, {
        method,
        agent: agents[secure ? "https:" : "http:"],
        timeout,
        headers: { "accept-encoding": "identity", ...headers },
      });
      sent.on("response", (response) => {
        const limit = response.statusCode === 200 ? max : Math.max(max, MAX_PROBLEM);
        const chunks: Uint8Array[] = [];
        let length = 0;
        const finish = () => resolve({ status: response.statusCode!, headers: response.headers, body: joined(chunks) });
        const stream = unpacked(response, reject);
        onStart?.();
        stream.on("data", (chunk: Uint8Array) => {
          const room = limit + 1 - length;
          const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
          if (onChunk === undefined || response.statusCode !== 200) chunks.push(kept);
          else onChunk(kept);
          length += kept.length;
          if (length <= limit) return;
          response.destroy();
          finish();
        });
        stream.on("end", finish);
        stream.on("error", reject);
      });
      sent.on("timeout", () => sent.destroy(new Error(`silent for ${timeout / 1000} seconds`)));
      sent.on("error", reject);
      sent.end(body);
    });

  const follow = async (url: string, question: Question): Promise<Answer> => {
    let at = url;
    for (let hop = 0; hop <= REDIRECTIONS; hop++) {
      const answer = await attempt(at, question);
      const { location } = answer.headers;
      const again = answer.status === 307 || answer.status === 308 || (question.method !== "POST" && [301, 302, 303].includes(answer.status));
      if (!again || location === undefined) return answer;
      const next = URL.canParse(location, at) ? new URL(location, at).href : "";
      if (!/^https?:/.test(next)) throw new Error("it redirects to what is no web address");
      at = next;
    }
    throw new Error(`it redirects more than ${REDIRECTIONS} times`);
  };

  return {
    async ask(url, question) {
      for (let tried = 0; ; tried++) {
        let why: string;
        let wait = WAITS[tried];
        try {
          const answer = await follow(url, question);
          heard = true;
          if (answer.status !== 429 && answer.status < 500) return answer;
          why = `status ${answer.status}`;
          const seconds = Number(answer.headers["retry-after"]);
          if (wait !== undefined && seconds > 0) wait = Math.max(wait, Math.min(seconds * 1000, LONGEST_WAIT));
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          why = code ?? message;
          if (!heard && tried > 0) wait = undefined;
        }
        if (wait === undefined) throw new Failure(EXIT.unreachable, "unreachable", `There is no answer from ${url} (${why}; ${tried + 1} attempts).`);
        await sleep(wait);
      }
    },
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

/** The body as it was before it was packed for the way. A kind of packing that is not known is left as it is: its hash will be wrong. */
function unpacked(response: IncomingMessage, fail: (error: Error) => void): Readable {
  const unpack = UNPACK[response.headers["content-encoding"] ?? ""];
  if (unpack === undefined) return response;
  response.on("error", fail);
  return response.pipe(unpack());
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return new Uint8Array(all.buffer, all.byteOffset, all.length); // views of a plain array are cheaper than those of a Buffer
}

/**
 * The address of a register, without a slash at its end. Throws {@link Failure} (2) for what is none.
 *
 * @example
 * ```ts
 * registerUrl("https://register.example/"); // "https://register.example"
 * ```
 */
export function registerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new Failure(EXIT.usage, "argument_invalid", `${text} is not the address of a register: it must be one such as https://register.example.`);
  return url.href.replace(/\/+$/, "");
}
