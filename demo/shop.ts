/** The demonstration shop: a desk, its pages and its jobs behind one port. */
import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { createEndpoints } from "@freehold/sdk/middleware-fetch";
import { createCheats } from "./cheats.ts";
import { openCompany } from "./company.ts";
import type { Company } from "./company.ts";
import { openCustomers } from "./customers.ts";
import { openFolder } from "./folder.ts";
import { startJobs } from "./jobs.ts";
import { createRoutes } from "./routes.ts";

export interface ShopOptions {
  /** The register's address. */
  register: string;
  /** Where the shop keeps its state. */
  folder: string;
  /** 0 takes a free one. */
  port: number;
  log?: (message: string) => void;
  /** Milliseconds between two looks at the register. */
  poll?: number;
  /** Milliseconds between two runs of the jobs. */
  jobs?: number;
}

export interface Shop {
  /** Its address, which is its id as a company. */
  url: string;
  company: Company;
  close(): Promise<void>;
}

type Handler = (request: Request) => Response | Promise<Response>;

/** Opens the shop. At the first start it waits for the register; then it serves at once, and joins as soon as the register answers. */
export async function openShop({ register: address, folder: path, port, log = console.error, poll = 1000, jobs: every = 2000 }: ShopOptions): Promise<Shop> {
  const register = address.replace(/\/+$/, "");
  const ending = new AbortController();
  let handle: Handler = () => new Response("The shop opens in a moment: it waits for its register.\n", { status: 503, headers: { "retry-after": "2" } });
  const server = await listen((request) => handle(request), port);
  // Another host than the register's, as it would be in the world: cookies do not tell ports apart.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closed = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  try {
    const folder = openFolder(path);
    const customers = openCustomers(folder.path("customers.sqlite"));
    const company = await openCompany({ folder, register, url, log, poll, signal: ending.signal });
    const { reception } = company;
    const jobs = startJobs({ desk: reception.desk, customers, every });
    const routes = createRoutes({ url, register, company, customers, jobs, cheating: createCheats({ reception, company }) });
    const endpoints = createEndpoints(reception);
    handle = async (request) => (await endpoints(request)) ?? routes.fetch(request);
    return {
      url,
      company,
      async close() {
        ending.abort();
        const isClosed = closed();
        if ("closeAllConnections" in server) server.closeAllConnections();
        await isClosed;
        jobs.close();
        await company.close();
        customers.close();
      },
    };
  } catch (error) {
    await closed();
    throw error;
  }
}

function listen(fetch: Handler, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, () => resolve(server));
    server.once("error", reject);
  });
}
