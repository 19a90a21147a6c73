/** Webhooks of a mailbox: that a call is the register's, and new (Standard Webhooks; spec/delivery.md). */
import { Webhook } from "standardwebhooks";
import { FreeholdError } from "@freehold/protocol/errors";

/** What a register calls with. */
export interface WebhookCall {
  type: "mailbox.received" | "mailbox.test";
  /** SHA-256 of the message that has arrived; not in a test. */
  message?: string;
}

/**
 * Verifies a call: its signature under the webhook's secret, and that it was made within five minutes. The body as it came, not parsed.
 *
 * @throws `webhook_refused`.
 * @see https://www.standardwebhooks.com
 * @example
 * ```ts
 * if (verifyWebhook({ secret, headers: request.headers, body: await request.text() }).type === "mailbox.received") await reader.read();
 * ```
 */
export function verifyWebhook({ secret, headers, body }: { secret: string; headers: Headers | Record<string, string>; body: string }): WebhookCall {
  let said: unknown;
  try {
    const given = headers instanceof Headers ? Object.fromEntries(headers) : headers;
    said = new Webhook(secret).verify(body, given);
  } catch (cause) {
    throw new FreeholdError("webhook_refused", "The call is not signed by the register with this webhook's secret, or is too old.", { cause });
  }
  const { type, data } = (said ?? {}) as { type?: unknown; data?: { message?: unknown } };
  if (type === "mailbox.test") return { type };
  if (type === "mailbox.received" && typeof data?.message === "string" && /^[0-9a-f]{64}$/.test(data.message)) return { type, message: data.message };
  throw new FreeholdError("webhook_refused", "The call is of no type that a mailbox has.");
}
