/** /sites/{domain}: what was seen there. */
import { Command, Day, Facts, Hash, NotStated, Part, Table, figure } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { SiteCard } from "../card-schema.ts";
import { Citation, Stale, isStale } from "./citation.tsx";
import { VisitPart } from "./visit.tsx";
import type { SitePage } from "./props.ts";
import { dayOf } from "./words.ts";

type Visit = SiteCard["scans"][number]["visits"][number];

export function SiteView(page: SitePage) {
  const { site, domain, card } = page;
  const name = card?.site ?? domain;
  return (
    <Page
      site={site}
      title={t("What was seen on {site}", { site: name })}
      description={t("Third parties, cookies and techniques that scans saw on {site}, by the state of its banner.", { site: name })}
      unlisted={card === null}
    >
      <p class="trail">
        <a href={`${paths.home}#sites`}>{t("Scanned sites")}</a>
      </p>
      <h1>{t("What was seen on {site}", { site: name })}</h1>
      {card === null ? <Unseen domain={domain} /> : <Seen page={page} card={card} />}
    </Page>
  );
}

function Unseen({ domain }: { domain: string }) {
  return (
    <>
      <div class="lede">
        <p>{t("Nothing is known here of this site: it has not been scanned, and no source counts what it loads. That says nothing about what it does.")}</p>
        <p>
          {tx("{find}, or scan the site. Whoever runs this register can do that:", {
            find: <a href={paths.companiesBy({ q: domain })}>{t("Look for an organisation with this domain")}</a>,
          })}
        </p>
      </div>
      <Command>{`npm run operator -- scan https://${domain}`}</Command>
    </>
  );
}

function Seen({ page, card }: { page: SitePage; card: SiteCard }) {
  const { sources, today } = page;
  const { organisation, scans, counts } = card;
  return (
    <>
      <div class="lede">
        <p>
          {organisation === null
            ? t("No organisation is known here to hold this domain.")
            : tx("As far as known, the domain is that of {organisation}.", {
                organisation: <a href={paths.company(organisation.id)}>{organisation.name}</a>,
              })}{" "}
          {scans.length > 0 && t("A scan is one visit by an automated browser, from one place, on one day. What you are shown may differ.")}
        </p>
      </div>
      {scans.length > 0 && <Facts facts={strip(card, today)} />}
      {scans.flatMap((scan) =>
        scan.visits.map((visit, i) => (
          <VisitPart
            key={`${scan.record}-${i}`}
            id={visitId(scan.record, i)}
            tool={scan.tool}
            visit={visit}
            citation={<Citation records={[scan.record]} card={card} sources={sources} today={today} />}
          />
        )),
      )}
      {counts.map((count) => (
        <Counts key={count.record} count={count} page={page} card={card} />
      ))}
      <Records page={page} card={card} />
    </>
  );
}

const visitId = (record: number, visit: number) => `visit-${record}-${visit}`;

/** Of each state, the newest visit that was in it: how many third parties it contacted. */
function strip({ scans }: SiteCard, today: string) {
  const visits = scans
    .flatMap(({ record, visits: of }) => of.map((visit, i) => ({ visit, id: visitId(record, i) })))
    .sort((a, b) => (a.visit.at < b.visit.at ? 1 : -1));
  const unanswered = visits.some(({ visit }) => visit.state === "unanswered");
  const fact = (label: string, contacted: (visit: Visit) => Visit["thirdParties"] | undefined) => {
    for (const { visit, id } of visits) {
      const domains = contacted(visit);
      if (domains === undefined) continue;
      return {
        label,
        value: <a href={`#${id}`}>{tn(domains.length, "{n} third party", "{n} third parties")}</a>,
        note: <Day on={visit.at} />,
      };
    }
    return { label, value: <NotStated>{t("not known")}</NotStated>, note: t("no visit in this state") };
  };
  const newest = visits[0]?.visit.at ?? "";
  return [
    {
      label: t("Scans"),
      value: figure(scans.length),
      note: (
        <>
          {tx("last on {day}", { day: <Day on={newest} /> })}
          {isStale(newest, today) && (
            <>
              {", "}
              <Stale />
            </>
          )}
        </>
      ),
    },
    fact(t("Before any answer"), (visit) => {
      if (unanswered) return visit.state === "unanswered" ? visit.thirdParties : undefined;
      // A visit that answered later began without an answer.
      const before = visit.thirdParties.filter(({ phase }) => phase === "before-answer");
      return before.length === 0 ? undefined : before;
    }),
    fact(t("After refusal"), (visit) => (visit.state === "refused" ? visit.thirdParties.filter(({ phase }) => phase !== "before-answer") : undefined)),
    fact(t("State of the banner not stated"), (visit) => (visit.state === "unknown" ? visit.thirdParties : undefined)),
  ];
}

/** How many trackers of which category, by a source that counts without names. */
function Counts({
  count: { record, categories, sector },
  page: { sources, today },
  card,
}: {
  count: SiteCard["counts"][number];
  page: SitePage;
  card: SiteCard;
}) {
  const most = Math.max(1, ...categories.map(({ mean }) => mean));
  const found = categories.filter(({ mean }) => mean > 0).sort((a, b) => b.mean - a.mean);
  return (
    <Part id={`counts-${record}`} title={t("Trackers by category")} note={<Citation records={[record]} card={card} sources={sources} today={today} />}>
      {found.length === 0 ? (
        <p>{t("The source counted none.")}</p>
      ) : (
        <Table
          caption={t("Mean number of trackers on a page of the site, by category")}
          columns={[{ title: t("Category") }, { title: t("Trackers a page, mean"), width: "number" }, { title: t("As a bar") }]}
          rows={found.map(({ name, mean }) => [
            name,
            figure(mean),
            <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
              <rect width={(100 * mean) / most} height="10" />
            </svg>,
          ])}
        />
      )}
      <p class="note">{t("Counted over many visits by many people’s browsers, without names of trackers. Categories are the source’s own.")}</p>
      {sector !== null && <p class="note">{t("The source files the site under: {sector}.", { sector })}</p>}
    </Part>
  );
}

function Records({ page: { sources, places, today }, card: { records } }: { page: SitePage; card: SiteCard }) {
  return (
    <Part id="records" title={t("Records")}>
      <Table
        caption={t("Records that this page rests on")}
        columns={[
          { title: t("Source") },
          { title: t("Facts of"), width: "narrow" },
          { title: t("Licence"), width: "narrow" },
          { title: t("Record"), width: "narrow" },
          { title: t("Log") },
        ]}
        rows={records.map((record) => {
          const source = sources[record.source];
          const place = places[record.id];
          return [
            <span id={`record-${record.id}`}>
              <a href={paths.source(record.source)}>{source?.name ?? record.source}</a> <span class="cell-note">{record.version}</span>
            </span>,
            <>
              <Day on={dayOf(record)} />
              {isStale(record, today) && (
                <span class="cell-note">
                  <Stale />
                </span>
              )}
            </>,
            source === undefined ? <NotStated /> : <a href={source.licence.url}>{source.licence.id}</a>,
            place === undefined ? (
              <NotStated>{t("withheld")}</NotStated>
            ) : (
              <a href={paths.record(place.sha256)}>
                <Hash short value={place.sha256} />
              </a>
            ),
            typeof place?.index === "number" ? <a href={paths.entry(place.index)}>{place.index}</a> : <NotStated>{t("awaiting publication")}</NotStated>,
          ];
        })}
      />
    </Part>
  );
}
