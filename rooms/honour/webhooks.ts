/** Webhooks: tells a company that something has arrived, in the form of Standard Webhooks, again and again until it is heard (spec/delivery.md). What waits is in the store. */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import type { Reach } from "./reach.ts";
import { nextCall } from "./rules.ts";
import type { Call, CompaniesStore } from "./store.ts";

export interface WebhooksOptions {
  store: CompaniesStore;
  reach: Reach;
  /** Seconds since 1970. */
  now?: () => number;
  warn?: (message: string, cause: unknown) => void;
}

export interface Webhooks {
  /** Makes the calls that are due; resolves when they were answered, or put off. Returns how many there were. */
  callDue(): Promise<number>;
  /** Sends a call of type mailbox.test at once, once. */
  test(mailbox: string): Promise<{ delivered: boolean; status?: number; detail: string }>;
  /** Makes calls as they become due, until it is closed; and erases messages whose time is over. */
  start(): void;
  /** Says that there may be something due. */
  nudge(): void;
  close(): Promise<void>;
}

/** Milliseconds between looks, and for one call. */
const LOOK = 1000;
const TIMEOUT = 10_000;
/** Looks between two erasures: an hour. */
const ERASE = 3600;
/** Calls at one time. */
const AT_ONCE = 32;

/** A secret for who names none. */
export function makeSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/**
 * @example
 * ```ts
 * const webhooks = createWebhooks({ store, reach });
 * webhooks.start();
 * ```
 */
export function createWebhooks({ store, reach, now = () => Math.floor(Date.now() / 1000), warn = () => {} }: WebhooksOptions): Webhooks {
  const post = async (hook: { url: string; secret: string }, id: string, body: object): Promise<{ status?: number; detail: string }> => {
    const text = JSON.stringify(body);
    const at = now();
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(at),
      "webhook-signature": new Webhook(hook.secret).sign(id, new Date(at * 1000), text),
    };
    try {
      const { status } = await reach(hook.url, { method: "POST", headers, body: text, max: 65_536, timeout: TIMEOUT });
      return { status, detail: `The webhook answered with status ${status}.` };
    } catch (error) {
      if (error instanceof FreeholdError) return { detail: error.message };
      throw error;
    }
  };
  const isHeard = (status: number | undefined) => status !== undefined && status >= 200 && status < 300;

  const call = async (due: Call) => {
    const { mailbox, message, deposited } = due;
    const { status } = await post(due, `msg_${message}`, { type: "mailbox.received", timestamp: formatInstant(deposited), data: { message } });
    if (isHeard(status)) store.dropCall(due);
    else if (status === 410) store.removeWebhook(mailbox);
    else store.putOff({ mailbox, message, failed: due.failed + 1 }, nextCall(due.failed + 1, now()));
  };

  const inFlight = new Map<string, Promise<void>>();
  const callDue = async () => {
    const due = store
      .dueCalls(now(), 4 * AT_ONCE)
      .filter(({ mailbox, message }) => !inFlight.has(`${mailbox} ${message}`))
      .slice(0, Math.max(0, AT_ONCE - inFlight.size));
    const made = due.map((one) => {
      const id = `${one.mailbox} ${one.message}`;
      const calling = call(one)
        .catch((error: unknown) => warn("a webhook could not be called; it will be", error))
        .finally(() => inFlight.delete(id));
      inFlight.set(id, calling);
      return calling;
    });
    await Promise.all(made);
    return due.length;
  };

  let timer: NodeJS.Timeout | undefined;
  let looks = 0;
  let closed = false;
  const look = () => {
    if (closed) return;
    try {
      if (looks++ % ERASE === 0) store.eraseOld(now());
    } catch (error) {
      warn("old messages could not be erased; they will be", error);
    }
    start();
  };
  const start = () => void callDue().catch((error: unknown) => warn("webhooks could not be called; they will be", error));

  return {
    callDue,
    async test(mailbox) {
      const hook = store.webhook(mailbox);
      if (hook === undefined) throw new FreeholdError("webhook_refused", "No webhook is set for this mailbox.");
      const made = await post(hook, `msg_test_${randomBytes(12).toString("hex")}`, { type: "mailbox.test", timestamp: formatInstant(now()), data: {} });
      return { delivered: isHeard(made.status), ...made };
    },
    start() {
      look();
      timer ??= setInterval(look, LOOK);
      timer.unref();
    },
    nudge() {
      if (timer !== undefined && !closed) setImmediate(start);
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await Promise.all(inFlight.values());
    },
  };
}
