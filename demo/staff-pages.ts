/** The pages that the shop's people see, and the one on which it cheats. In a real shop they would have to sign in. */
import { html } from "hono/html";
import type { InboxItem } from "@freehold/sdk/inbox";
import { cheats } from "./cheat.ts";
import type { Cheat, Report } from "./cheat.ts";
import type { Customer } from "./customers.ts";
import { dayOf, page } from "./frame.ts";
import type { Frame, Html } from "./frame.ts";

type Setting = Omit<Frame, "title">;

const DAY = 86_400;

export interface Staff {
  items: InboxItem[];
  customers: Customer[];
  waiting: { waiting: number; overdue: number };
  now: number;
  said: string | undefined;
}

/** The inbox with its deadlines. */
export function staffPage(setting: Setting, { items, customers, waiting, now, said }: Staff): Html {
  const of = (subject: string | null) => customers.find(({ id }) => id === subject)?.name ?? subject ?? "not recognised yet";
  return page(
    { ...setting, title: "For our staff" },
    html`<h1>Requests</h1>
      ${said === undefined ? "" : html`<p class="said" role="status">${said}</p>`}
      <p>The shop answers within the month that the law gives it. ${waiting.waiting} answers wait to be logged, ${waiting.overdue} of them too late.</p>
      ${
        items.length === 0
          ? html`<p>Nobody has asked for anything.</p>`
          : html`<table>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">Of whom</th>
                  <th scope="col">Due</th>
                  <th scope="col">State</th>
                  <th scope="col">Answer</th>
                </tr>
              </thead>
              <tbody>
                ${items.map(
                  (item) =>
                    html`<tr>
                      <td>${item.act}</td>
                      <td>${of(item.subject)}</td>
                      <td>${due(item, now)}</td>
                      <td>${item.state}</td>
                      <td>${answers(item, customers)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      <h2>Customers</h2>
      <ul>
        ${customers.map(
          ({ id, name }) =>
            html`<li>
              ${name}, ${id}
              <form class="inline" method="post" action="/staff/erase"><input type="hidden" name="subject" value="${id}" /><button>Erase</button></form>
            </li>`,
        )}
      </ul>`,
  );
}

function due({ due: at, state }: InboxItem, now: number): string {
  if (state !== "open" && state !== "delayed") return "";
  const days = Math.floor((at - now) / DAY);
  return `${dayOf(at)} (${days < 0 ? "overdue" : `${days} days`})`;
}

function answers({ record, state, subject }: InboxItem, customers: readonly Customer[]): Html {
  if (state !== "open" && state !== "delayed") return html``;
  const of = html`<input type="hidden" name="record" value="${record}" />`;
  if (subject === null)
    return html`<form method="post" action="/staff/recognise">
      ${of}
      <label
        >It is of
        <select name="subject">
          ${customers.map(({ id, name }) => html`<option value="${id}">${name}, ${id}</option>`)}
        </select></label
      >
      <button>Recognise</button>
    </form>`;
  return html`<form method="post" action="/staff/answer">
    ${of}
    <button name="answer" value="export">Send the export</button>
    <label>Grounds <input name="grounds" maxlength="500" /></label>
    <button name="answer" value="rejected">Reject</button>
    ${state === "open" ? html`<button name="answer" value="delayed">Take two months more</button>` : ""}
  </form>`;
}

/** The page of cheats, with what came of those that were tried. */
export function cheatsPage(setting: Setting, reports: ReadonlyMap<Cheat["name"], Report>, trouble: string | undefined): Html {
  return page(
    { ...setting, title: "Cheat" },
    html`<h1>Cheat, and be caught</h1>
      <p>
        Each button makes this shop really try it: with its own keys, against the running register and its log, its own desk, and the verifier that everybody
        can install. Robin is invented for each attempt, decides through the front door, and is erased afterwards. An attempt takes a few seconds, because the
        log does.
      </p>
      ${trouble === undefined ? "" : html`<p class="said" role="alert">${trouble}</p>`}
      ${cheats.map(
        (cheat) =>
          html`<section id="${cheat.name}">
            <h2>${cheat.title}</h2>
            <p>${cheat.about}</p>
            <form method="post" action="/cheats/${cheat.name}"><button>${cheat.title}</button></form>
            ${reports.has(cheat.name) ? result(reports.get(cheat.name)!) : ""}
          </section>`,
      )}
      <h2>Verify it yourself</h2>
      <p>Save a receipt and <a href="/cheats/policy.json">the policy</a>, which says whom this shop believes, and run:</p>
      <pre>npx freehold verify RECEIPT.json --policy policy.json</pre>`,
  );
}

const SAID: { readonly [O in Report["trials"][number]["outcome"]]: string } = { caught: "Caught", shown: "Evidence against us" };

function result({ cheat, at, trials, evidence, allowedAfter }: Report): Html {
  return html`<div class="result" role="status">
    <ol>
      ${trials.map(
        ({ tried, outcome, by, step, code, found, evidence: names = [] }) =>
          html`<li>
            <p>${tried}</p>
            <p>
              <strong>${SAID[outcome]}</strong> by
              ${by}${step === undefined ? "" : html`, at the step <code>${step}</code>`}${code === undefined ? "" : html`, with <code>${code}</code>`}. ${found}
              ${names.filter((name) => evidence[name] !== undefined).map((name) => html` <a href="/cheats/${cheat.name}/${name}.json">Receipt “${name}”</a>`)}
            </p>
          </li>`,
      )}
    </ol>
    <p class="because">${cheat.because}</p>
    <p>
      After all this our program asks: may we send Robin the newsletter?
      <strong class="answer ${allowedAfter ? "yes" : "no"}">${allowedAfter ? "allowed" : "not allowed"}</strong>. Tried at ${at}.
    </p>
  </div>`;
}
