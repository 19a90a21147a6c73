/** The frame of every page. */
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { assets } from "./assets.ts";
import { paths } from "./paths.ts";
import type { Site } from "./site.ts";

export interface Frame {
  site: Site;
  /** Of the page, without the name of the product. */
  title: string;
  description: string;
  /** The entry of the menu to which the page belongs. */
  room?: "log";
  /** Islands of the page, by name: the only scripts. */
  islands?: readonly string[];
  /** Pages that are answers to a question, or errors, are not for search engines. */
  unlisted?: boolean;
  children: ComponentChildren;
}

/** A parcel of land with its boundary: the same in every size. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b4f6c' d='M0 0h16v16H0z'/%3E%3Cpath fill='%23fff' d='M4 3h8v2H6.5v2.2h4.2v2H6.5V13H4z'/%3E%3C/svg%3E";

/** The whole document of a page. */
export function renderPage(page: VNode): string {
  return `<!doctype html>${renderToString(page)}\n`;
}

export function Page({ site, title, description, room, islands = [], unlisted = false, children }: Frame) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} - Freehold`}</title>
        <meta name="description" content={description} />
        <meta name="color-scheme" content="light dark" />
        {unlisted && <meta name="robots" content="noindex" />}
        <link rel="stylesheet" href={assets.style} />
        {assets.fonts.map((font) => (
          <link key={font} rel="preload" href={font} as="font" type="font/woff2" crossOrigin="anonymous" />
        ))}
        <link rel="icon" href={ICON} />
        {islands.map((name) => (
          <script key={name} type="module" src={assets.islands[name]!} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="head">
          <div class="frame">
            <p class="name">
              <a href={paths.log}>Freehold</a>
              <span>A public register of who may use a person’s data</span>
            </p>
            <nav aria-label="Main">
              <ul>
                <li>
                  <a href={paths.log} aria-current={room === "log" ? "true" : undefined}>
                    Log
                  </a>
                </li>
              </ul>
            </nav>
          </div>
        </header>
        <main id="content" class="frame" tabIndex={-1}>
          {children}
        </main>
        <footer class="foot">
          <div class="frame">
            <p>
              Register <code>{site.origin}</code> at <span class="address">{site.url}</span>
            </p>
            <p>
              {site.source === undefined ? "Software" : <a href={site.source}>Software</a>} under Apache-2.0. Fonts: IBM Plex, OFL-1.1.{" "}
              <a href={paths.api}>Interface for machines</a>.
            </p>
            <p>No cookies. Nothing is stored in your browser, nothing is loaded from elsewhere.</p>
          </div>
        </footer>
      </body>
    </html>
  );
}
