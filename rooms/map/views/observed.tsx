/** Where an organisation was seen: by site, and by what had been answered to the site's banner. */
import { Day, NotStated, Part, figure } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn } from "../../../ui/text.ts";
import type { CompanyCard, SeenOn } from "../card-schema.ts";
import { markup } from "./markup.ts";
import type { CompanyPage } from "./props.ts";
import { Rest } from "./storage.tsx";
import { cut, life, stateName, techniqueName } from "./words.ts";

const MOST = 40;

export function ObservedPart({ page: { card, scannedSites } }: { page: CompanyPage }) {
  const { seenOn, domains } = card;
  const caption = t("Scans that met it");
  return (
    <Part id="seen" title={t("Observed")}>
      {seenOn.length === 0 ? (
        <p>
          {domains.length === 0
            ? t("Nothing is known here: no domain of it is known, so no scan could have recognised it.")
            : tn(
                scannedSites,
                "No scan in this register met a domain of it; {n} site was scanned.",
                "No scan in this register met a domain of it; {n} sites were scanned.",
              )}
        </p>
      ) : (
        <>
          <p>
            {t(
              "A scan is one visit, from one place, at one time. That a domain was contacted shows that the browser asked it for something, not what was done with it.",
            )}
          </p>
          <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
            <table class="ds-table" data-size="sm">
              <caption class="ds-sr-only">{caption}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("Site")}</th>
                  <th scope="col">{t("On")}</th>
                  <th scope="col">{t("Banner")}</th>
                  <th scope="col" class="number">
                    {t("Requests")}
                  </th>
                  <th scope="col">{t("To")}</th>
                  <th scope="col">{t("Cookies, and their life")}</th>
                </tr>
              </thead>
              <tbody>{seenOn.slice(0, MOST).flatMap((seen) => seen.states.map((_, at) => visit(seen, at)))}</tbody>
            </table>
          </div>
          <Rest of={seenOn.length} most={MOST} />
          <p class="note">{t("Seen with: {tools}.", { tools: [...new Set(seenOn.map(({ tool }) => tool))].join(", ") })}</p>
        </>
      )}
      <Counted card={card} />
    </Part>
  );
}

/** One row for each state of the banner; site and day span them all. */
function visit({ site, at, record, states }: SeenOn, index: number) {
  const { state, gpc, requests, domains, cookies, techniques } = states[index]!;
  const names = techniques.map(techniqueName).join("; ");
  const head = markup`<th scope="rowgroup" rowspan="${states.length}"><a href="${paths.site(site)}">${site}</a></th><td class="narrow" rowspan="${states.length}"><a href="#record-${record}">${(
    <Day on={at.slice(0, 10)} />
  )}</a></td>`;
  return markup`<tr>${index === 0 && head}<td>${state === "unknown" && gpc === undefined ? <NotStated /> : stateName(state, gpc)}${
    names !== "" && markup`<span class="cell-note">${names}</span>`
  }</td><td class="number">${requests}</td><td>${domains.slice(0, 4).join(", ")}${
    domains.length > 4 && ` ${t("and {n} more", { n: domains.length - 4 })}`
  }</td><td title="${cut(cookies.map(({ name }) => name).join(", "), 300)}">${cookies.length === 0 ? t("none set") : t("{n}, up to {life}", { n: cookies.length, life: longest(cookies) })}</td></tr>`;
}

/** The longest life among cookies as set. */
function longest(cookies: SeenOn["states"][number]["cookies"]): string {
  return life(cookies.reduce<number | null>((most, { days }) => (days !== null && (most === null || days > most) ? days : most), null));
}

/** What sources counted elsewhere: figures of several records overlap, so they are not added up. */
function Counted({ card: { reach, records } }: { card: CompanyCard }) {
  const nameOf = (id: number) => records.find((record) => record.id === id)?.key ?? String(id);
  return (
    <>
      {[...Map.groupBy(reach, ({ value }) => value.unit)].map(([unit, list]) => (
        <p key={unit} class="note">
          {t("Counted by others, {unit}:", { unit })}{" "}
          {list
            .toSorted((a, b) => b.value.seen - a.value.seen)
            .slice(0, 4)
            .map(({ value: { seen, of }, records: [record] }, i) => (
              <span key={i}>
                {i > 0 && ", "}
                {of === undefined ? figure(seen) : t("{n} of {m}", { n: figure(seen), m: figure(of) })} (
                <a href={`#record-${record!}`}>{cut(nameOf(record!), 60)}</a>)
              </span>
            ))}
          {list.length > 4 && ` ${t("and {n} more", { n: list.length - 4 })}`}.
        </p>
      ))}
    </>
  );
}
