/** What tests of a desk share: the testkit's register behind a `fetch`, people who sign, and a desk of the shop. */
import { toHex } from "@freehold/protocol/bytes";
import { lockOf } from "@freehold/protocol/lock";
import type { Fetch } from "@freehold/sdk/http";
import { createDesk } from "@freehold/sdk/desk";
import type { Desk, DeskOptions } from "@freehold/sdk/desk";
import { createMemoryStore } from "@freehold/sdk/store-memory";
import type { GivenDecision } from "@freehold/sdk/taking";
import { proveStatus } from "@freehold/protocol/status";
import { bytesOf, createRegister } from "../protocol/testkit/register.ts";
import type { Published, Register } from "../protocol/testkit/register.ts";
import { START, shop } from "../protocol/testkit/story.ts";

export const ORIGIN = "register.example/log";
export const REGISTER = "https://register.example";
export const KEYS = { signing: bytesOf("shop key"), accounts: bytesOf("accounts of the shop") };

export interface Site {
  register: Register;
  fetch: Fetch;
  /** Appends what is given, publishes, and serves that. Seconds since {@link START}. */
  publish(time: number): Published;
  published(): Published;
  /** Adds an entry with this lock. */
  record(label: string): { index: number; lock: string; secret: Uint8Array };
  /** What is served instead, by path; a number is a status, undefined is no answer. */
  replace: Map<string, Response | number | undefined | (() => Response)>;
  /** Requests so far, by path. */
  asked: string[];
}

/** A register whose published state is served as the real one serves it. */
export function serveSite(origin = ORIGIN): Site {
  const register = createRegister(origin);
  const replace: Site["replace"] = new Map();
  const asked: string[] = [];
  let now: { at: Published; bits: Uint8Array } | undefined;
  const secretOf = (label: string) => bytesOf(`secret ${label}`);

  const answer = (path: string): Response => {
    if (now === undefined) return new Response("", { status: 503 });
    const { at, bits } = now;
    const size = at.size - 1;
    if (path === "/log/checkpoint") return new Response(at.note);
    if (path === "/log/status/bits") return new Response(bits.slice(0, Math.ceil(size / 8)) as Uint8Array<ArrayBuffer>);
    if (path !== "/log/status/0") return new Response("", { status: 404 });
    if (size === 0) return new Response("", { status: 404 });
    return Response.json({ checkpoint: at.note, status: proveStatus({ bits, size, index: 0, inclusion: register.inclusion(size, at) }) });
  };
  return {
    register,
    replace,
    asked,
    fetch: async (url) => {
      const path = new URL(url).pathname;
      asked.push(path);
      if (!replace.has(path)) return answer(path);
      const instead = replace.get(path);
      if (instead === undefined) throw new TypeError("fetch failed");
      return typeof instead === "number" ? new Response("", { status: instead }) : typeof instead === "function" ? instead() : instead;
    },
    publish(time) {
      const at = register.publish(START + time);
      now = { at, bits: register.fold.bits.slice() };
      return at;
    },
    published: () => now!.at,
    record(label) {
      const secret = secretOf(label);
      const lock = toHex(lockOf(secret));
      return {
        index: register.append({ kind: "record", commitment: bytesOf(`commitment ${label} ${register.entries.length}`), lock: lockOf(secret) }),
        lock,
        secret,
      };
    },
  };
}

/** Options of a desk that looks only when told, by a clock that stands at {@link START} + `seconds()`. */
export function deskOptions(site: Site, changes: Partial<DeskOptions> & { seconds?: () => number } = {}): DeskOptions {
  const { seconds = () => 0, ...rest } = changes;
  return {
    store: createMemoryStore(),
    keys: KEYS,
    policy: site.register.policyText,
    register: REGISTER,
    controller: shop.id,
    clock: () => START + seconds(),
    fetch: site.fetch,
    poll: null,
    ...rest,
  };
}

export const openDesk = (site: Site, changes: Parameters<typeof deskOptions>[1] = {}): Promise<Desk> => createDesk(deskOptions(site, changes));

export const marketing = { purpose: "dpv:Marketing", data: "pd:EmailAddress", processing: "dpv:Use" };

/** A decision as it comes out of a verified receipt. */
export function decisionOn(at: { index: number | null; lock: string }, changes: Partial<GivenDecision> = {}): GivenDecision {
  const kind = changes.kind ?? "grant";
  return {
    record: toHex(bytesOf(`record ${at.lock} ${kind}`)),
    kind,
    kid: "kid-of-her",
    beacon: at.index ?? 1,
    origin: ORIGIN,
    expires: kind === "grant" ? START + 1e6 : null,
    processes: kind === "grant" ? [{ purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] }] : null,
    ...at,
    ...changes,
  };
}
