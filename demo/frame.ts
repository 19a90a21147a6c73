/** What all pages of the shop have in common. */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Customer } from "./customers.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Frame {
  title: string;
  customer: Customer | undefined;
  register: string;
  /** Whether the register has published the shop's claim yet. */
  joined: boolean;
  /** Updates itself. */
  live?: boolean;
}

/** A page. Each says that all of it is a demonstration. */
export function page({ title, customer, register, joined, live = false }: Frame, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Kettle &amp; Leaf (demonstration)</title>
        <link rel="stylesheet" href="/shop.css" />
        <link rel="icon" href="data:," />
        ${live ? html`<script src="/live.js" defer></script>` : ""}
      </head>
      <body>
        <aside class="demonstration" aria-label="Demonstration">
          <strong>Demonstration.</strong> This shop is invented and sells nothing. What it asks, checks and logs is real, at
          <a href="${register}/log">the register on this machine</a>. Give no real name or address.
        </aside>
        <header>
          <a class="name" href="/">Kettle &amp; Leaf</a>
          <nav>
            ${customer === undefined ? html`<a href="/#join">Join</a>` : html`<a href="/account">${customer.name}: my data</a>`}
            <a href="/staff">For our staff</a>
            <a href="/cheats">Cheat</a>
          </nav>
        </header>
        <main>
          ${joined ? "" : html`<p class="wait" role="status">The shop waits for the register at ${register} to publish its claim. Reload this page in a moment.</p>`}
          ${body}
        </main>
      </body>
    </html>`;
}

/** A page of one sentence, for what did not work. */
export function sentence(words: string): Html {
  return html`<h1>That did not work</h1>
    <p>${words}</p>`;
}

/** An instant for people, from seconds since 1970. */
export function dayOf(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(0, 10);
}

export function timeOf(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(11, 19);
}
