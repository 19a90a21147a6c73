/** The frame of every page. */
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { assets } from "./assets.ts";
import { paths } from "./paths.ts";
import type { Site } from "./site.ts";
import { currentLanguage, t, tx } from "./text.ts";

export type Room = "me" | "companies" | "explore" | "sources" | "log";

/** The menu, in its order. */
const menu = (): readonly { room: Room; href: string; name: string }[] => [
  { room: "me", href: paths.me, name: t("Decide") },
  { room: "companies", href: paths.companies, name: t("Companies") },
  { room: "explore", href: paths.explore, name: t("Explore") },
  { room: "sources", href: paths.sources, name: t("Sources") },
  { room: "log", href: paths.log, name: t("Log") },
];

/** The languages that all pages speak, each by its own name. */
const spoken = [{ language: "en", name: "English" }] as const;

export interface Frame {
  site: Site;
  /** Of the page, without the name of the product. */
  title: string;
  description: string;
  /** The entry of the menu to which the page belongs. */
  room?: Room;
  /** Islands of the page, by name: the only scripts. */
  islands?: readonly string[];
  /** The page keeps something in the browser, for the reader alone. */
  keeps?: boolean;
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

export function Page({ site, title, description, room, islands = [], keeps = false, unlisted = false, children }: Frame) {
  return (
    <html lang={currentLanguage()}>
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
          {t("Skip to the content")}
        </a>
        <header class="head">
          <div class="frame">
            <p class="name">
              <a href={paths.home}>Freehold</a>
              <span>{t("A public register of who may use a person’s data")}</span>
            </p>
            <nav aria-label={t("Main")}>
              <ul>
                {menu().map(({ room: of, href, name }) => (
                  <li key={of}>
                    <a href={href} aria-current={of === room ? "true" : undefined}>
                      {name}
                    </a>
                  </li>
                ))}
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
              {tx("Register {origin} at {address}", { origin: <span class="address">{site.origin}</span>, address: <span class="address">{site.url}</span> })}
            </p>
            <ul>
              <li>
                <a href={paths.sources}>{t("Sources and licences")}</a>
              </li>
              <li>
                <a href={paths.corrections}>{t("Corrections")}</a>
              </li>
              <li>
                <a href={paths.developers}>{t("For companies")}</a>
              </li>
              <li>
                <a href={paths.privacy}>{t("Privacy")}</a>
              </li>
              <li>
                <a href={paths.api}>{t("Interface for machines")}</a>
              </li>
              <li>
                {tx("{software} under Apache-2.0, fonts IBM Plex under OFL-1.1", {
                  software: site.source === undefined ? t("Software") : <a href={site.source}>{t("Software")}</a>,
                })}
              </li>
              {spoken.map(({ language, name }) => (
                <li key={language} lang={language}>
                  {language === currentLanguage() ? (
                    name
                  ) : (
                    <a href={`?lang=${language}`} hreflang={language}>
                      {name}
                    </a>
                  )}
                </li>
              ))}
            </ul>
            <p>
              {keeps
                ? t("No cookies, nothing is loaded from elsewhere. What this page keeps for you lies in this browser; “My key” removes it.")
                : t("No cookies. Nothing is stored in your browser, nothing is loaded from elsewhere.")}
            </p>
          </div>
        </footer>
      </body>
    </html>
  );
}
