import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { reach } from "./reach.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const BOUNDS = { max: 1000, timeout: 2000 };
const refused = (code: string) => expect.objectContaining({ code });

test("an address that is not of the public Internet is not reached, whatever name leads there", async () => {
  let asked = 0;
  const port = new URL(await serve((_, response) => void (asked++, response.end("{}")))).port;
  const names: Record<string, string[]> = {
    "rebound.example": ["127.0.0.1"],
    "mixed.example": ["93.184.215.14", "10.0.0.1"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "cloud.example": ["169.254.169.254"],
    "local.example": ["fd00::1"],
  };
  for (const name of Object.keys(names))
    await expect(reach(`https://${name}:${port}/`, { ...BOUNDS, local: false, resolve: async (host) => names[host]! }), name).rejects.toThrow(
      refused("origin_refused"),
    );
  for (const url of [
    `https://127.0.0.1:${port}/`,
    `https://[::1]:${port}/`,
    `https://2130706433:${port}/`,
    `https://localhost:${port}/`,
    `http://127.0.0.1:${port}/`,
  ])
    await expect(reach(url, { ...BOUNDS, local: false }), url).rejects.toThrow(refused("origin_refused"));
  expect(asked).toBe(0);
});

test("other protocols, names with passwords and ports of other services are refused", async () => {
  for (const url of [
    "ftp://shop.example/",
    "file:///etc/passwd",
    "http://shop.example/",
    "https://user:word@shop.example/",
    "https://shop.example:25/",
    "nonsense",
  ])
    await expect(reach(url, { ...BOUNDS, local: false, resolve: async () => ["93.184.215.14"] }), url).rejects.toThrow(refused("origin_refused"));
  await expect(reach("http://shop.example/", { ...BOUNDS, local: true })).rejects.toThrow(refused("origin_refused"));
});

test("a name that leads nowhere, or is looked up for too long, is an answer that did not come", async () => {
  const failing = () => Promise.reject(new Error("ENOTFOUND"));
  await expect(reach("https://shop.example/", { ...BOUNDS, local: false, resolve: failing })).rejects.toThrow(refused("claim_unreachable"));
  await expect(reach("https://shop.example/", { ...BOUNDS, local: false, resolve: async () => [] })).rejects.toThrow(refused("claim_unreachable"));
  await expect(reach("https://shop.example/", { max: 10, timeout: 30, local: false, resolve: () => new Promise(() => {}) })).rejects.toThrow(
    refused("claim_unreachable"),
  );
});

test("an answer is bounded in bytes and time; a redirect is an answer and is not followed", async () => {
  const url = await serve((request, response) => {
    switch (request.url) {
      case "/long":
        return void response.end("x".repeat(2000));
      case "/endless": {
        const timer = setInterval(() => response.write("x"), 5);
        return void response.once("close", () => clearInterval(timer));
      }
      case "/silent":
        return undefined;
      case "/moved":
        return void response.writeHead(302, { location: "/" }).end();
      default:
        return void response.end(JSON.stringify(request.headers));
    }
  });
  const local = { ...BOUNDS, local: true };
  await expect(reach(`${url}/long`, local)).rejects.toThrow(refused("claim_unreachable"));
  await expect(reach(`${url}/endless`, { ...local, timeout: 100 })).rejects.toThrow(refused("claim_unreachable"));
  await expect(reach(`${url}/silent`, { ...local, timeout: 100 })).rejects.toThrow(refused("claim_unreachable"));
  expect((await reach(`${url}/moved`, local)).status).toBe(302);
  const { status, body } = await reach(`${url}/`, { ...local, method: "POST", headers: { "x-one": "1" }, body: "hällo" });
  expect(status).toBe(200);
  expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({ "x-one": "1", "content-length": "6" });
  servers.at(-1)!.closeAllConnections();
  await new Promise((resolve) => servers.pop()!.close(resolve));
  await expect(reach(`${url}/`, local)).rejects.toThrow(refused("claim_unreachable"));
});
