/** The shop's pages and forms. What concerns Freehold is answered by the SDK's endpoints before these are asked. */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import { streamSSE } from "hono/streaming";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseCode } from "@freehold/protocol/lock";
import { cheats } from "./cheat.ts";
import type { Cheat, Report } from "./cheat.ts";
import type { Cheating } from "./cheats.ts";
import type { Company } from "./company.ts";
import type { Customer, Customers } from "./customers.ts";
import { page, sentence } from "./frame.ts";
import { sayWhy } from "./jobs.ts";
import type { Jobs } from "./jobs.ts";
import { eraseCustomer, sendExport } from "./requests.ts";
import { accountPage, frontPage } from "./shop-pages.ts";
import { cheatsPage, staffPage } from "./staff-pages.ts";
import { uses } from "./uses.ts";

export interface ShopParts {
  url: string;
  register: string;
  company: Company;
  customers: Customers;
  jobs: Jobs;
  cheating: Cheating;
}

const SESSION = "kettle-and-leaf";
const LISTED = 50;

export function createRoutes({ url, register, company, customers, jobs, cheating }: ShopParts): Hono {
  const { reception } = company;
  const { desk } = reception;
  const app = new Hono();
  const reports = new Map<Cheat["name"], Report>();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["data:"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      strictTransportSecurity: false,
      referrerPolicy: "same-origin", // without any, browsers send no origin with the shop's own forms
    }),
  );
  const { host } = new URL(url);
  app.use(async (c, next) => (c.req.header("host") === host ? next() : c.redirect(url)));
  // A form of another site is not the customer's will.
  app.post("*", async (c, next) => (c.req.header("origin") === url ? next() : c.text("Forms of this shop are sent from its own pages.", 403)));

  const customerOf = (c: Context): Customer | undefined => customers.bySession(getCookie(c, SESSION) ?? "");
  const setting = (c: Context) => ({ customer: customerOf(c), register, joined: company.joined !== null });
  const requireCustomer = (c: Context): Customer => {
    const customer = customerOf(c);
    if (customer === undefined) throw new FreeholdError("argument_invalid", "Join first: nobody is signed in.");
    return customer;
  };
  const field = async (c: Context, name: string): Promise<string> => {
    const value = (await c.req.parseBody())[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const say = (to: string, words: string) => `${to}?said=${encodeURIComponent(words)}`;
  const answersOf = (subject: string) => uses.map((use) => ({ use, answer: desk.check({ subject, ...use.request }) }));

  for (const [name, type] of [
    ["shop.css", "text/css"],
    ["live.js", "text/javascript"],
  ] as const) {
    const text = readFileSync(new URL(name, import.meta.url), "utf8");
    app.get(`/${name}`, (c) => c.body(text, 200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" }));
  }

  app.get("/", (c) => {
    const found = setting(c);
    return c.html(frontPage(found, found.customer && desk.check({ subject: found.customer.id, ...uses[1]!.request })));
  });
  app.get("/notice", async (c) => {
    const { notice } = await company.whenJoined;
    return c.redirect(`${register}/documents/${notice.sha256}`);
  });
  app.post("/sign-up", async (c) => {
    const [name, email] = [(await field(c, "name")).slice(0, 80), (await field(c, "email")).slice(0, 200)];
    if (name === "" || !email.includes("@")) throw new FreeholdError("argument_invalid", "To join, give a name and an e-mail address.");
    const { session } = customers.signUp(name, email);
    setCookie(c, SESSION, session, { httpOnly: true, sameSite: "Lax", path: "/" });
    return c.redirect("/account", 303);
  });

  app.get("/account", async (c) => {
    const customer = customerOf(c);
    if (customer === undefined) return c.redirect("/#join");
    const { id } = customer;
    const asked = [];
    for (const one of answersOf(id)) asked.push({ ...one, explanation: await desk.explain({ subject: id, ...one.use.request }) });
    const requests = await reception.inbox.list({ subject: id });
    const said = c.req.query("said");
    return c.html(
      accountPage(setting(c), { customer, asked, lines: jobs.lines(id), done: customers.done(id), requests, exports: customers.exports(id), said }),
    );
  });
  /** To her register, with an offer of her own and a reference by which her answer finds her account. */
  app.get("/account/ask", async (c) => {
    const { id } = requireCustomer(c);
    if (company.joined === null) throw new FreeholdError("unavailable", "The register has not published the shop's claim yet; try again in a moment.");
    const { link } = await reception.offer({
      subject: id,
      processes: uses.map(({ process }) => process),
      notice: company.joined.notice.sha256,
      language: "en",
      returnTo: `${url}/account`,
      ...(c.req.query("lost") !== undefined && { lost: true }),
    });
    return c.redirect(link, 303);
  });
  app.post("/account/withdraw", async (c) => {
    requireCustomer(c);
    const { mine } = await reception.withdraw(parseCode(await field(c, "code")));
    return c.redirect(
      say(
        "/account",
        mine ? "Withdrawn: it has ended here, at once, and the register is told." : "This code is of no decision that we hold; the register was told.",
      ),
      303,
    );
  });
  app.get("/account/exports/:sha256", (c) => {
    const found = customers.exports(requireCustomer(c).id).find(({ sha256 }) => sha256 === c.req.param("sha256"));
    if (found === undefined) return c.notFound();
    return c.body(found.text, 200, {
      "content-type": "application/json",
      "content-disposition": 'attachment; filename="kettle-and-leaf-export.json"',
      "cache-control": "no-store",
    });
  });
  app.get("/live", (c) => {
    const { id } = requireCustomer(c);
    return streamSSE(c, async (stream) => {
      const send = () => {
        const answers = answersOf(id).map(({ use, answer }) => {
          const times = customers.done(id).find((one) => one.use === use.id)?.times ?? 0;
          return { use: use.id, allowed: answer.allowed, words: sayWhy(answer), times: times === 1 ? "once" : `${times} times` };
        });
        return stream.writeSSE({ data: JSON.stringify({ answers, lines: jobs.lines(id) }) });
      };
      const end = jobs.on(id, () => void send());
      await send();
      await new Promise<void>((resolve) => stream.onAbort(resolve));
      end();
    });
  });

  app.get("/staff", async (c) => {
    const [items, waiting] = await Promise.all([reception.inbox.list(), reception.waiting()]);
    return c.html(staffPage(setting(c), { items, waiting, customers: customers.newest(LISTED), now: Date.now() / 1000, said: c.req.query("said") }));
  });
  app.post("/staff/answer", async (c) => {
    const [record, answer, grounds] = [await field(c, "record"), await field(c, "answer"), await field(c, "grounds")];
    if (answer === "export") await sendExport(record, { reception, customers });
    else if (answer === "rejected" || answer === "delayed") await reception.inbox.answer({ record, answer, grounds });
    else throw new FreeholdError("argument_invalid", "An answer is the export, a rejection, or a delay.");
    return c.redirect(say("/staff", "Answered; the acknowledgement is being logged."), 303);
  });
  app.post("/staff/recognise", async (c) => {
    const [record, subject] = [await field(c, "record"), await field(c, "subject")];
    const item = await reception.inbox.get(record);
    if (item === undefined || customers.find(subject) === undefined)
      throw new FreeholdError("request_unknown", "There is no such request, or no such customer.");
    await reception.recognise({ kid: item.kid, subject });
    return c.redirect(say("/staff", "Recognised: what this key has signed counts for her account."), 303);
  });
  app.post("/staff/erase", async (c) => {
    const subject = await field(c, "subject");
    await eraseCustomer(subject, { reception, customers });
    jobs.forget(subject);
    return c.redirect(say("/staff", "Erased. What is left is a hash of the key, and a number below which no grant counts."), 303);
  });

  app.get("/cheats", (c) => c.html(cheatsPage(setting(c), reports, undefined)));
  app.get("/cheats/policy.json", (c) => c.body(company.policy, 200, { "content-type": "application/json" }));
  app.get("/cheats/:name/:receipt{[a-z-]+\\.json}", (c) => {
    const { name, receipt } = c.req.param();
    const text = reports.get(name as Cheat["name"])?.evidence[receipt.slice(0, -".json".length)];
    return text === undefined ? c.notFound() : c.body(text, 200, { "content-type": "application/json" });
  });
  app.post("/cheats/:name", async (c) => {
    const cheat = cheats.find(({ name }) => name === c.req.param("name"));
    if (cheat === undefined) return c.notFound();
    if (company.joined === null) throw new FreeholdError("unavailable", "The register has not published the shop's claim yet; try again in a moment.");
    reports.set(cheat.name, await cheating.run(cheat.name));
    return c.redirect(`/cheats#${cheat.name}`, 303);
  });

  app.onError((error, c) => {
    if (!(error instanceof FreeholdError)) desk.parts.log(`A page failed: ${error.stack}`);
    const words = error instanceof FreeholdError ? error.message : "Something went wrong in the shop.";
    const status = error instanceof FreeholdError ? (error.code === "unavailable" ? 503 : 400) : 500;
    return c.html(page({ ...setting(c), title: "That did not work" }, sentence(words)), status);
  });
  return app;
}
