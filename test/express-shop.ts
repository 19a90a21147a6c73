/** A shop on Express 5 in a process of its own (the conditions under which tests run are none that Express knows): asks it one thing after the other, and prints what it answered. */
import express from "express";
import type { AddressInfo } from "node:net";
import { createExpressEndpoints } from "../sdk/src/middleware-express.ts";
import { granting, meet, openShop } from "./reception-kit.ts";

const made = await openShop();
const app = express();
app.use(createExpressEndpoints(made.reception, { patience: 1000 }));
app.use(express.json());
app.use((asked, response) => void response.status(418).json(asked.body ?? null));
const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const answers: Record<string, object> = {};
const ask = async (what: string, path: string, init: RequestInit = {}) => {
  const answer = await fetch(url + path, { headers: { "content-type": "application/json" }, ...init });
  const text = await answer.text();
  answers[what] = { status: answer.status, headers: Object.fromEntries(answer.headers), body: text === "" ? null : (JSON.parse(text) as unknown) };
};
const post = (what: string, path: string, body: string) => ask(what, path, { method: "POST", body });

await ask("claim", "/.well-known/freehold.json");
await post("basket", "/basket", '{"apples":3}');
await ask("preflight", "/freehold/records", { method: "OPTIONS" });
await ask("get", "/freehold/records");
await ask("unknown", `/freehold/records/${"00".repeat(32)}`);
const her = await meet(made, "her");
const { offer, reference } = await made.offer("customer-7");
const item = await her.decide(granting(offer));
const body = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt: JSON.parse(await her.receipt(item)) as object, reference });
await post("delivery", "/freehold/records", body);
await ask("again", `/freehold/records/${item.id}`);
await post("malformed", "/freehold/records", "{");
await post("long", "/freehold/records", "x".repeat(300_000));
made.down.register = true;
await post("withdrawal", "/freehold/withdraw", JSON.stringify({ secret: Buffer.from(her.secret(item)).toString("hex") }));
console.log(JSON.stringify({ answers, record: item.id, claim: made.reception.claim }));
await made.reception.close();
await made.desk.close();
server.closeAllConnections();
server.close();
