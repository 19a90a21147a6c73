/** /companies: the organisations, asked a question. */
import { labelOf, tcfPurposes } from "@freehold/protocol/vocabulary";
import { Command, Day, NotStated, Select, Table, countryName, figure } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { CompanyRow } from "../card-schema.ts";
import { Stale } from "./citation.tsx";
import type { CompaniesPage, CompaniesQuery } from "./props.ts";
import { basisName, days } from "./words.ts";

export function CompaniesView(page: CompaniesPage) {
  const { site, query, total, rows, next, figures } = page;
  const { after, ...question } = query;
  const asked = Object.values(query).some((value) => value !== undefined && value !== "");
  return (
    <Page
      site={site}
      title={query.q === undefined || query.q === "" ? t("Companies") : t("Companies: {q}", { q: query.q })}
      description={t("Organisations by what they declare about personal data, and where they were seen.")}
      room="companies"
      unlisted={asked}
    >
      <h1>{t("Companies and other organisations")}</h1>
      <Filter page={page} />
      <div class="counted">
        <p>
          <strong>{tn(total, "{n} organisation", "{n} organisations")}</strong>
          {total < figures.organisations && ` ${t("of {all}", { all: figure(figures.organisations) })}`}
          {asked && total > 0 && (
            <>
              {" · "}
              <a href={paths.companies}>{t("Ask anew")}</a>
            </>
          )}
        </p>
        {total > 0 && (
          <p>{tx("As data: {csv}, {json}", { csv: <a href={paths.companiesCsv(question)}>CSV</a>, json: <a href={paths.companiesData(question)}>JSON</a> })}</p>
        )}
      </div>
      <SiteHint q={query.q} />
      {rows.length > 0 ? <Rows rows={rows} /> : <Nothing page={page} />}
      {(after !== undefined || next !== null) && (
        <nav class="pager" aria-label={t("Pages of the list")}>
          {after !== undefined && <a href={paths.companiesBy(question)}>{t("First page")}</a>}
          {next !== null && (
            <a href={paths.companiesBy({ ...question, after: next })} rel="next">
              {t("Next page")}
            </a>
          )}
        </nav>
      )}
    </Page>
  );
}

function Filter({ page: { query, choices, sources } }: { page: CompaniesPage }) {
  const counted = (name: string, count: number) => `${name} (${figure(count)})`;
  const purposes = tcfPurposes.map(({ id, name }): [string, string] => [String(id), `${id} ${t(name)}`]);
  const asked = query.purpose ?? "";
  return (
    <form class="filter" action={paths.companies} method="get" role="search" aria-label={t("Organisations")}>
      <div class="find-row">
        <label class="ds-sr-only" for="q">
          {t("Find an organisation")}
        </label>
        <input
          class="ds-input"
          type="search"
          id="q"
          name="q"
          value={query.q}
          placeholder={t("Name, domain, vendor number")}
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
        />
        <button class="ds-button" type="submit">
          {t("Find")}
        </button>
      </div>
      <div class="choices">
        <Select
          name="country"
          label={t("Country")}
          value={query.country}
          options={[["", t("any")], ...choices.countries.map(([code, count]): [string, string] => [code, counted(countryName(code), count)]).sort(byWords)]}
        />
        <Select
          name="sector"
          label={t("Sector")}
          value={query.sector}
          options={[["", t("any")], ...choices.sectors.map(([name, count]): [string, string] => [name, counted(name, count)])]}
        />
        <Select
          name="source"
          label={t("Source")}
          value={query.source}
          options={[["", t("any")], ...choices.sources.map(([id, count]): [string, string] => [id, counted(sources[id]?.name ?? id, count)])]}
        />
        <Select
          name="purpose"
          label={t("Declared purpose")}
          value={asked}
          options={[["", t("any")], ...purposes, ...(asked === "" || purposes.some(([id]) => id === asked) ? [] : [[asked, labelOf(asked)] as const])]}
        />
        <Select
          name="basis"
          label={t("On the ground")}
          value={query.basis}
          options={[["", t("any")], ...(["consent", "legitimate-interest"] as const).map((basis) => [basis, basisName(basis)] as const)]}
        />
        <Select name="has" label={t("Known")} value={query.has} options={[["", t("anything")], ...known()]} />
        <Select name="sort" label={t("Order")} value={query.sort} options={orders()} />
      </div>
    </form>
  );
}

const byWords = ([, a]: readonly [string, string], [, b]: readonly [string, string]) => a.localeCompare(b);

const known = (): readonly (readonly [NonNullable<CompaniesQuery["has"]>, string])[] => [
  ["declarations", t("declarations")],
  ["observations", t("observations")],
  ["both", t("declarations and observations")],
  ["neither", t("neither of them")],
  ["contact", t("a contact")],
  ["no-contact", t("no contact")],
  ["no-contact-on-own-domain", t("no contact on its own domain")],
];

const orders = (): readonly (readonly [string, string])[] => [
  ["", t("by name")],
  ["seen", t("seen on most sites first")],
  ["newest", t("newest record first")],
];

function Rows({ rows }: { rows: readonly CompanyRow[] }) {
  return (
    <div class="companies">
      <Table
        caption={t("Organisations")}
        columns={[
          { title: t("Organisation") },
          { title: t("Country") },
          { title: t("Sector") },
          { title: t("Consent"), width: "number" },
          { title: t("Legitimate interest"), width: "number" },
          { title: t("Kept") },
          { title: t("Seen on"), width: "number" },
          { title: t("Newest record"), width: "narrow" },
        ]}
        rows={rows.map((row) => [
          <a href={paths.company(row.id)}>{row.name}</a>,
          row.country === null ? <NotStated /> : countryName(row.country),
          row.sectors.length === 0 ? <NotStated /> : sectorsInWords(row.sectors),
          ...(row.declared
            ? [figure(row.consent), figure(row.legitimateInterest), row.retentionDays === null ? <NotStated /> : days(row.retentionDays)]
            : [{ span: 3, cell: <NotStated>{t("no declaration known")}</NotStated> }]),
          row.sitesSeen > 0 ? tn(row.sitesSeen, "{n} site", "{n} sites") : <NotStated>{t("no scanned site")}</NotStated>,
          <>
            <Day on={row.newest} />
            {row.stale && (
              <span class="cell-note">
                <Stale />
              </span>
            )}
          </>,
        ])}
      />
      <p class="note">
        {t(
          "Consent, legitimate interest: purposes of the Transparency and Consent Framework declared on that ground. Kept: standard retention, by the organisation’s own word.",
        )}
      </p>
    </div>
  );
}

function sectorsInWords(sectors: readonly string[]): string {
  return sectors.length > 2 ? tn(sectors.length - 1, "{first} and {n} more", "{first} and {n} more", { first: sectors[0]! }) : sectors.join(", ");
}

/** Whoever types a host may look for the site and not for who runs it. */
function SiteHint({ q }: { q: string | undefined }) {
  const host = /^(?:https?:\/\/)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:\/.*)?$/i.exec(q?.trim() ?? "")?.[1]?.toLowerCase();
  if (host === undefined) return null;
  return <p>{tx("Looking for the site? {link}.", { link: <a href={paths.site(host)}>{t("What was seen on {site}", { site: host })}</a> })}</p>;
}

/** What to do where nothing matches: each part of the question can be dropped. */
function Nothing({ page: { query, figures, sources } }: { page: CompaniesPage }) {
  if (figures.organisations === 0) {
    return (
      <>
        <p>
          {tx("No source has been imported yet. Whoever runs this register can do it, see {sources}:", { sources: <a href={paths.sources}>{t("Sources")}</a> })}
        </p>
        <Command>npm run operator -- map sources</Command>
      </>
    );
  }
  const { after: _, sort: __, ...parts } = query;
  const named = Object.entries(parts).filter(([, value]) => value !== undefined && value !== "");
  return (
    <div class="nothing">
      <p>
        {named.length < 2
          ? t("No organisation in this register matches. It may still exist: the register knows only what its sources have.")
          : t("No organisation matches all of it. Leave out one part:")}
      </p>
      {named.length > 1 && (
        <ul class="links">
          {named.map(([name]) => (
            <li key={name}>
              <a href={paths.companiesBy({ ...parts, [name]: undefined })}>{without(name, query, sources)}</a>
            </li>
          ))}
        </ul>
      )}
      <p>
        {tx("Try a shorter name, or a domain; {all}; or see {sources} for where the facts come from.", {
          all: <a href={paths.companies}>{t("the whole list")}</a>,
          sources: <a href={paths.sources}>{t("Sources")}</a>,
        })}
      </p>
    </div>
  );
}

function without(name: string, query: CompaniesQuery, sources: CompaniesPage["sources"]): string {
  switch (name) {
    case "q":
      return t("without the words “{what}”", { what: query.q! });
    case "country":
      return t("from any country, not only {what}", { what: countryName(query.country!) });
    case "sector":
      return t("from any sector, not only {what}", { what: query.sector! });
    case "source":
      return t("from any source, not only {what}", { what: sources[query.source!]?.name ?? query.source! });
    case "purpose":
      return t("for any purpose");
    case "basis":
      return t("on any ground");
    default:
      return t("whatever is known of it");
  }
}
