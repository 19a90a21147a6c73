/** The pages that customers see. */
import { html } from "hono/html";
import type { Answer } from "@freehold/sdk/decision-table";
import type { Explanation } from "@freehold/sdk/explain";
import type { InboxItem } from "@freehold/sdk/inbox";
import type { Customer, Done, Export } from "./customers.ts";
import { dayOf, page, timeOf } from "./frame.ts";
import type { Frame, Html } from "./frame.ts";
import { sayWhy } from "./jobs.ts";
import type { Line } from "./jobs.ts";
import type { Use } from "./uses.ts";

type Setting = Omit<Frame, "title">;

const TEAS = ["Morning Assam, 100 g", "Sencha of the first flush, 80 g", "Smoked Lapsang, 100 g", "Mint and lemon verbena, 60 g"];

/** The front page. `recommended`: whether check() allows recommendations to be made of her orders now. */
export function frontPage(setting: Setting, recommended: Answer | undefined): Html {
  const { customer } = setting;
  const teas = recommended?.allowed === true ? TEAS.toReversed() : TEAS;
  return page(
    { ...setting, title: "Teas" },
    html`<h1>${recommended?.allowed === true ? `Teas for you, ${customer!.name}` : "Our teas"}</h1>
      <p>
        ${
          recommended === undefined
            ? "The same for everybody."
            : recommended.allowed
              ? `In the order that your last purchases suggest: ${sayWhy(recommended)}.`
              : `In the same order for everybody: recommendations are ${sayWhy(recommended)}.`
        }
      </p>
      <ul class="teas">
        ${teas.map((tea) => html`<li>${tea}</li>`)}
      </ul>
      ${
        customer === undefined
          ? html`<h2 id="join">Join</h2>
              <form method="post" action="/sign-up">
                <label>Name <input name="name" required maxlength="80" value="Kim Example" autocomplete="off" /></label>
                <label>E-mail <input name="email" type="email" required maxlength="200" value="kim@example.org" autocomplete="off" /></label>
                <button>Join</button>
              </form>`
          : html`<p><a href="/account">What we may do with your data right now</a></p>`
      }`,
  );
}

export interface Asked {
  use: Use;
  answer: Answer;
  explanation: Explanation;
}

export interface Account {
  customer: Customer;
  asked: Asked[];
  lines: Line[];
  done: Done[];
  requests: InboxItem[];
  exports: Export[];
  /** What came of what she did last. */
  said: string | undefined;
}

/** What the shop may do with her data right now, and why. */
export function accountPage(setting: Setting, { customer, asked, lines, done, requests, exports, said }: Account): Html {
  return page(
    { ...setting, title: "My data", live: true },
    html`<h1>What may we do with your data right now?</h1>
      ${said === undefined ? "" : html`<p class="said" role="status">${said}</p>`}
      <p>
        ${customer.name}, ${customer.email}, our customer ${customer.id}. Each answer below is what our program got from <code>check()</code> a moment ago; it
        asks before each use.
      </p>
      <table id="answers">
        <thead>
          <tr>
            <th scope="col">We would like to</th>
            <th scope="col">Now</th>
            <th scope="col">So far</th>
          </tr>
        </thead>
        <tbody>
          ${asked.map(({ use, answer }) => {
            const times = done.find((one) => one.use === use.id)?.times ?? 0;
            return html`<tr data-use="${use.id}">
              <th scope="row">${use.title}</th>
              <td><span class="answer ${answer.allowed ? "yes" : "no"}" data-answer>${sayWhy(answer)}</span></td>
              <td data-times>${times === 1 ? "once" : `${times} times`}</td>
            </tr>`;
          })}
          <tr>
            <th scope="row">Send you what you ordered</th>
            <td>not on consent: it is our contract with you (Art. 6(1)(b) GDPR)</td>
            <td></td>
          </tr>
        </tbody>
      </table>
      <p class="actions">
        <a class="button" href="/account/ask">Decide at my register</a>
        <a href="${setting.register}/me/decisions">My decisions there</a>
        <a href="${setting.register}/me/letters">Ask for my data there</a>
        <a href="/account/ask?lost">My key there is lost</a>
      </p>
      <h2>Our jobs, as they run</h2>
      <p>Every few seconds. A withdrawal at the register reaches them within a second or two, one that is made here at once.</p>
      <ol id="lines" aria-live="off">
        ${lines.map((line) => html`<li class="${line.allowed ? "yes" : "no"}">${timeOf(line.at)} ${line.words}</li>`)}
      </ol>
      <h2>Withdraw here</h2>
      <form method="post" action="/account/withdraw">
        <label>The withdrawal code of your receipt <input name="code" required maxlength="200" autocomplete="off" spellcheck="false" /></label>
        <button>Withdraw</button>
      </form>
      <h2>Why</h2>
      ${asked.map(
        ({ use, explanation }) =>
          html`<details>
            <summary>${use.title}: ${explanation.reason}</summary>
            ${
              explanation.decisions.length === 0
                ? html`<p>We have no decision of yours.</p>`
                : explanation.decisions.map(
                    ({ decision, conditions, against }) =>
                      html`<p>
                          Your ${decision.kind},
                          ${decision.index === null ? "not proved yet" : html`<a href="${setting.register}/log/${decision.index}">entry ${decision.index}</a>`}${against ? ", speaks against it" : ""}
                        </p>
                        <ul>
                          ${conditions.map(({ condition, holds, why }) => html`<li class="${holds ? "yes" : "no"}">${holds ? "holds" : "does not hold"}: not ${condition}; ${why}</li>`)}
                        </ul>`,
                  )
            }
            <p>
              ${explanation.status === null ? "No status of the register yet." : `Status of ${explanation.status.size} entries, witnessed at ${timeOf(explanation.status.witnessedTime)} UTC.`}
            </p>
          </details>`,
      )}
      <h2>Your requests</h2>
      ${
        requests.length === 0
          ? html`<p>None.</p>`
          : html`<ul>
              ${requests.map((item) => {
                const sent = exports.find(({ record }) => record === item.record);
                return html`<li>
                  ${item.act}, received ${dayOf(item.received)}:
                  ${item.state}${sent === undefined ? `, due ${dayOf(item.due)}` : html`, <a href="/account/exports/${sent.sha256}">the export that we sent</a>`}
                </li>`;
              })}
            </ul>`
      }`,
  );
}
