/** /: what this is, and the way in. */
import type { ComponentChildren } from "preact";
import { Caution, Day, Facts, NotStated, Part, Table, Time, figure } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { MapFigures } from "../card-schema.ts";
import type { CompaniesQuery, HomePage } from "./props.ts";

/** The ways on, in their order. */
const doors = (): readonly { href: string; title: string; words: string }[] => [
  {
    href: paths.companies,
    title: t("See who uses data"),
    words: t("Every organisation by what it declares, on which ground, how long it keeps it, and where it was seen."),
  },
  {
    href: paths.log,
    title: t("Check the log"),
    words: t("Every record that this register has read is fixed in a log that only grows. Recompute it yourself."),
  },
];

export function HomeView({ site, corrections, figures, log, examples, sites }: HomePage) {
  return (
    <Page
      site={site}
      title={t("Who may use your data")}
      description={t(
        "What organisations declare about the personal data that they use, beside what was seen of them on websites, each fact with its source and date.",
      )}
    >
      <h1>{t("What organisations declare about your data, beside what was seen of them")}</h1>
      <Find />
      <Facts facts={[organisations(figures), knowledge(figures), ...logFacts(log)]} />
      <ul class="doors">
        {doors().map(({ href, title, words }) => (
          <li key={href}>
            <a href={href}>{title}</a>
            <span>{words}</span>
          </li>
        ))}
      </ul>

      {figures.organisations === 0 ? (
        <Part id="empty" title={t("Nothing here yet")}>
          <p>
            {tx("No source has been imported. {sources} says which there are, and the command for each.", {
              sources: <a href={paths.sources}>{t("Sources")}</a>,
            })}
          </p>
        </Part>
      ) : (
        <>
          <Part id="examples" title={t("Declared and seen")} note={<Where has="both">{tn(figures.withBoth, "The one that is", "All {n}")}</Where>}>
            <Examples examples={examples} />
          </Part>
          <Part id="contact" title={t("Whom to ask")}>
            <p>
              {tx("For {none} no source names a contact. For {elsewhere}, these among them, none lies on a domain of their own.", {
                none: <Where has="no-contact">{tn(figures.withoutContact, "{n} organisation", "{n} organisations")}</Where>,
                elsewhere: <Where has="no-contact-on-own-domain">{tn(figures.withoutContactOnOwnDomain, "{n} organisation", "{n} organisations")}</Where>,
              })}
            </p>
            <p class="note">{t("That a source names none does not mean that there is none.")}</p>
          </Part>
        </>
      )}
      <Part id="sites" title={t("Scanned sites")}>
        <Sites sites={sites} />
      </Part>

      <Part id="real" title={t("What is real here")}>
        <p>
          {tx(
            "The organisations are real, and every fact names its source, date and licence: {sources}. The register repeats what a source says; it does not vouch that the source is right.",
            {
              sources: <a href={paths.sources}>{tn(figures.sources, "{n} source", "{n} sources")}</a>,
            },
          )}
        </p>
        <p>{t("What was seen was seen on one visit, from one place, on one day. For which purpose a domain was contacted is inferred, and says so.")}</p>
        <p>{t("Where nothing is known, the page says that nothing is known. It never means no, and it never counts as zero.")}</p>
        <p>
          {t(
            "The register is not a public authority. It confers no title and decides nothing about law; a use of data may rest on a ground that no source names.",
          )}
        </p>
        {corrections === null ? (
          <Caution>
            <p>
              <strong>{t("This copy is not a public register.")}</strong> {t("Whoever runs it has named no address for corrections.")}
            </p>
          </Caution>
        ) : (
          <p>{tx("Is a fact wrong? {ask}.", { ask: <a href={corrections}>{t("Ask for a correction")}</a> })}</p>
        )}
      </Part>
    </Page>
  );
}

function Find() {
  return (
    <form class="find" action={paths.companies} method="get" role="search">
      <label class="ds-label" for="q">
        {t("Find an organisation")}
      </label>
      <div class="find-row">
        <input class="ds-input" type="search" id="q" name="q" autocomplete="off" spellcheck={false} maxLength={200} autofocus aria-describedby="q-help" />
        <button class="ds-button" type="submit">
          {t("Find")}
        </button>
      </div>
      <p class="note" id="q-help">
        {t("By name, domain, or number in a vendor list. Nothing that you type here is stored.")}
      </p>
    </form>
  );
}

/** A number that leads to what it counts. */
function Where({ has, children }: { has: NonNullable<CompaniesQuery["has"]>; children: ComponentChildren }) {
  return <a href={paths.companiesBy({ has })}>{children}</a>;
}

function organisations({ organisations: all, sources, newest }: MapFigures) {
  return {
    label: t("Organisations"),
    value: <a href={paths.companies}>{figure(all)}</a>,
    note: (
      <>
        <a href={paths.sources}>{tn(sources, "{n} source", "{n} sources")}</a>
        {newest !== null && tx(", last read {day}", { day: <Day on={newest} /> })}
      </>
    ),
  };
}

function knowledge({ withDeclarations, withObservations, withBoth, withNeither }: MapFigures) {
  return {
    label: t("Declared"),
    value: <Where has="declarations">{figure(withDeclarations)}</Where>,
    note: (
      <>
        <Where has="observations">{tn(withObservations, "{n} observed", "{n} observed")}</Where>,{" "}
        <Where has="both">{tn(withBoth, "{n} both", "{n} both")}</Where>, <Where has="neither">{tn(withNeither, "{n} neither", "{n} neither")}</Where>
      </>
    ),
  };
}

function logFacts({ size, time, anchored }: HomePage["log"]) {
  return [
    {
      label: t("Entries in the log"),
      value: <a href={paths.log}>{figure(size)}</a>,
      note: time === null ? t("none published yet") : <Time at={time} />,
    },
    {
      label: t("Anchored"),
      value: anchored === null ? t("not yet") : <a href={`${paths.log}#anchors`}>{figure(anchored)}</a>,
      note: anchored === null ? t("no confirmed anchor on a chain") : t("entries under the last confirmed anchor on a chain"),
    },
  ];
}

function Examples({ examples }: Pick<HomePage, "examples">) {
  if (examples.length === 0) return <p>{t("There is no organisation yet of which both is known.")}</p>;
  return (
    <Table
      caption={t("Organisations with declarations and observations, those seen on most sites first")}
      columns={[
        { title: t("Organisation") },
        { title: t("Consent"), width: "number" },
        { title: t("Legitimate interest"), width: "number" },
        { title: t("Kept") },
        { title: t("Seen on"), width: "number" },
      ]}
      rows={examples.map((row) => [
        <a href={paths.company(row.id)}>{row.name}</a>,
        figure(row.consent),
        figure(row.legitimateInterest),
        row.retentionDays === null ? <NotStated /> : tn(row.retentionDays, "{n} day", "{n} days"),
        row.sitesSeen === 0 ? <NotStated>{t("no scanned site")}</NotStated> : tn(row.sitesSeen, "{n} site", "{n} sites"),
      ])}
    />
  );
}

function Sites({ sites }: Pick<HomePage, "sites">) {
  if (sites.length === 0) return <p>{t("No site has been scanned yet.")}</p>;
  return (
    <Table
      caption={t("Sites that were scanned")}
      columns={[{ title: t("Site") }, { title: t("Third parties contacted"), width: "number" }, { title: t("Last scan"), width: "narrow" }]}
      rows={sites.map(({ site, at, thirdParties }) => [<a href={paths.site(site)}>{site}</a>, figure(thirdParties), <Day on={at} />])}
    />
  );
}
