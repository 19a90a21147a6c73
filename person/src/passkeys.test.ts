/** Passkeys in Chromium with a virtual authenticator: with and without PRF, a second one, the loss of one, a synchronised one in a fresh profile. */
import { fileURLToPath } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "vite";
import type { Rolldown } from "vite";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { verifyAssertion } from "@freehold/protocol/passkey";
import { startChromium } from "../../test/chromium.ts";
import type * as passkeys from "./passkeys.ts";
import type { Passkey } from "./passkeys.ts";

const ORIGIN = "http://localhost:4999";
const PAGE = `<!doctype html><title>x</title><script type="module">import * as client from "/passkeys.js"; window.client = client;</script>`;
let browser: Browser;
let code: string;

beforeAll(async () => {
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["source", "browser", "import", "module", "default"] },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL("passkeys.ts", import.meta.url)), preserveEntrySignatures: "strict", output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  code = output.filter((chunk) => chunk.type === "chunk").find((chunk) => chunk.isEntry)!.code;
  browser = await startChromium();
});
afterAll(() => browser?.close());

interface Device {
  page: Page;
  cdp: CDPSession;
  authenticator: string;
}

/** A fresh profile with an authenticator of its own. */
async function device(hasPrf: boolean): Promise<Device> {
  const page = await (await browser.newContext()).newPage();
  await page.route(`${ORIGIN}/**`, (route) =>
    route.fulfill(route.request().url().endsWith(".js") ? { contentType: "text/javascript", body: code } : { contentType: "text/html", body: PAGE }),
  );
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction(() => "client" in window);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = {
    protocol: "ctap2" as const,
    ctap2Version: "ctap2_1" as const,
    transport: "internal" as const,
    hasResidentKey: true,
    hasUserVerification: true,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, hasPrf, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { page, cdp, authenticator: authenticatorId };
}

/** Makes a passkey, asks it over a challenge, and wraps the seed under it where it gives a secret. All bytes as hexadecimal. */
function make({ page }: Device, seed: string, challenge: string, known: Passkey[] = []) {
  return page.evaluate(
    async ({ seed, challenge, known }) => {
      const { createPasskey, askPasskey, wrapFor } = (window as unknown as { client: typeof passkeys }).client;
      const bytes = (text: string) => Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
      const hex = (array: Uint8Array) => Array.from(array, (byte) => byte.toString(16).padStart(2, "0")).join("");
      const asking = { credentials: navigator.credentials, rpId: location.hostname, origin: location.origin };
      const passkey = await createPasskey(asking, { name: "Freehold", made: "2026-11-01T00:00:00Z", known });
      const { gesture, id, secret } = await askPasskey(asking, [passkey], bytes(challenge));
      const { publicKey, clientDataJSON, authenticatorData, signature } = gesture;
      return {
        passkey: secret === null ? passkey : wrapFor(passkey, { id, secret }, bytes(seed)),
        secret: secret && hex(secret),
        gesture: { publicKey: hex(publicKey), clientDataJSON: hex(clientDataJSON), authenticatorData: hex(authenticatorData), signature: hex(signature) },
      };
    },
    { seed, challenge, known },
  );
}

/** Opens the seed with one of these passkeys; the error's code where none does. */
function open({ page }: Device, known: Passkey[]) {
  return page.evaluate(async (known) => {
    const { askPasskey, unwrapWith } = (window as unknown as { client: typeof passkeys }).client;
    try {
      const asking = { credentials: navigator.credentials, rpId: location.hostname, origin: location.origin };
      const answer = await askPasskey(asking, known, new Uint8Array(32));
      return Array.from(unwrapWith(known, answer), (byte) => byte.toString(16).padStart(2, "0")).join("");
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }, known);
}

const seed = "5a".repeat(32);
const challenge = "c3".repeat(32);

test("with PRF: one gesture signs the challenge and opens the seed; a second passkey opens its own form; the loss of one leaves the other", async () => {
  const one = await device(true);
  const first = await make(one, seed, challenge);
  expect(first.secret).toHaveLength(64);
  expect(first.passkey.wrapped).toHaveLength(122);
  const { publicKey, clientDataJSON, authenticatorData, signature } = first.gesture;
  const parts = {
    publicKey: fromHex(publicKey),
    clientDataJSON: fromHex(clientDataJSON),
    authenticatorData: fromHex(authenticatorData),
    signature: fromHex(signature),
  };
  await verifyAssertion({ ...parts, challenge: fromHex(challenge), origins: [ORIGIN], rpId: "localhost" });
  expect(toHex(parts.publicKey)).toBe(first.passkey.publicKey);
  expect(await open(one, [first.passkey])).toBe(seed);

  // The same authenticator refuses to make a second one for her, another makes its own.
  await expect(make(one, seed, challenge, [first.passkey])).rejects.toThrow("did not come about");
  const two = await device(true);
  const second = await make(two, seed, challenge, [first.passkey]);
  expect(second.secret).not.toBe(first.secret);
  const known = [first.passkey, second.passkey];
  expect(await open(two, known)).toBe(seed);
  // Forms that a store swapped open nothing.
  const swapped = [{ ...first.passkey, wrapped: second.passkey.wrapped! }];
  expect(await open(one, swapped)).toBe("wrap_mismatch");
  await one.cdp.send("WebAuthn.clearCredentials", { authenticatorId: one.authenticator });
  expect(await open(one, known)).toBe("gesture_refused");
  expect(await open(two, known)).toBe(seed);
});

test("without PRF the gesture is as good, and there is no secret to keep a seed under", async () => {
  const made = await make(await device(false), seed, challenge);
  expect(made.secret).toBeNull();
  expect(made.passkey.wrapped).toBeUndefined();
});

test("a passkey that was synchronised gives the same secret in a profile that knows nothing", async () => {
  const one = await device(true);
  const { secret, passkey } = await make(one, seed, challenge);
  // A fresh page of the same authenticator: nothing is kept in it.
  await one.page.reload();
  await one.page.waitForFunction(() => "client" in window);
  const found = await one.page.evaluate(async () => {
    const { findPasskey } = (window as unknown as { client: typeof passkeys }).client;
    const answer = await findPasskey({ credentials: navigator.credentials, rpId: location.hostname, origin: location.origin });
    return { id: answer.id, secret: Array.from(answer.secret!, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  });
  expect(found).toEqual({ id: passkey.id, secret });
});

test("who declines, or is not verified, signs nothing", async () => {
  const one = await device(true);
  const { passkey } = await make(one, seed, challenge);
  await one.cdp.send("WebAuthn.setUserVerified", { authenticatorId: one.authenticator, isUserVerified: false });
  expect(await open(one, [passkey])).toBe("gesture_refused");
});
