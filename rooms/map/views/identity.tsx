/** Who an organisation is, and how one reaches it. */
import type { ComponentChildren } from "preact";
import { Fields, NotStated, Part, countryName } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn } from "../../../ui/text.ts";
import type { CompanyCard } from "../card-schema.ts";
import { Citation } from "./citation.tsx";
import { markup } from "./markup.ts";
import type { CompanyPage } from "./props.ts";
import { contactName, cut, difficultyName, noticeName, webAddress } from "./words.ts";

/** Domains that are listed; the rest is in the data. */
const MOST_DOMAINS = 30;

/** Values that the same records say stand together, so that each citation stands once: of each source the first record. At most `most` values. */
function bySource<T extends { records: number[] }>(card: CompanyCard, list: readonly T[], most: number): [records: number[], values: T[]][] {
  const source = new Map(card.records.map((record) => [record.id, record.source]));
  const firsts = (records: readonly number[]) => records.filter((id, i) => records.findIndex((other) => source.get(other) === source.get(id)) === i);
  return [...Map.groupBy(list.slice(0, most), ({ records }) => firsts(records).join()).values()].map((values) => [firsts(values[0]!.records), values]);
}

/** A value, and the records that say it. */
function Said({ page, records, children }: { page: CompanyPage; records: readonly number[]; children: ComponentChildren }) {
  return (
    <li>
      {children}
      <span class="cell-note">
        <Citation records={records} card={page.card} sources={page.sources} today={page.today} />
      </span>
    </li>
  );
}

/** An address of the web as a link, if it is one; else as text. */
function Address({ url }: { url: string }) {
  const href = webAddress(url);
  const text = cut(url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, ""), 90);
  return href === undefined ? (
    <>{text}</>
  ) : (
    <a href={href} rel="nofollow noreferrer">
      {text}
    </a>
  );
}

export function ContactPart({ page }: { page: CompanyPage }) {
  const { contacts, rights, notices } = page.card;
  return (
    <Part id="contact" title={t("Contact and notices")}>
      <Fields
        fields={[
          {
            name: t("Contact"),
            value:
              contacts.length === 0 ? (
                <NotStated>{t("none known here")}</NotStated>
              ) : (
                <ul class="plain">
                  {bySource(page.card, contacts, 16).map(([records, list]) => (
                    <Said key={records.join()} page={page} records={records}>
                      <ul class="plain tight">
                        {list.map((contact, i) => (
                          <li key={i}>
                            <Contact contact={contact} />
                          </li>
                        ))}
                      </ul>
                    </Said>
                  ))}
                </ul>
              ),
          },
          {
            name: t("Getting out"),
            value:
              rights.length === 0 ? (
                <NotStated />
              ) : (
                <ul class="plain">
                  {rights.slice(0, 8).map(({ value, records }, i) => (
                    <Said key={i} page={page} records={records}>
                      <Rights value={value} />
                    </Said>
                  ))}
                </ul>
              ),
          },
          {
            name: t("Notices"),
            value:
              notices.length === 0 ? (
                <NotStated />
              ) : (
                <ul class="plain">
                  {byKind(notices).map(([kind, list]) => (
                    <Said key={kind} page={page} records={[...new Set(list.flatMap(({ records }) => records))]}>
                      {noticeName(kind)}
                      {": "}
                      <Addresses list={list} />
                    </Said>
                  ))}
                </ul>
              ),
          },
        ]}
      />
    </Part>
  );
}

/** The first in full, its other languages by their codes. */
function Addresses({ list }: { list: Notices }) {
  return (
    <>
      {list.slice(0, 40).map(({ value: { url, language } }, i) => {
        const href = webAddress(url);
        return (
          <span key={i}>
            {i > 0 && ", "}
            {i === 0 || language === undefined || href === undefined ? (
              <Address url={url} />
            ) : (
              <a href={href} rel="nofollow noreferrer" hreflang={language}>
                {language}
              </a>
            )}
          </span>
        );
      })}
    </>
  );
}

type Notices = CompanyCard["notices"];

function byKind(notices: Notices): [kind: Notices[number]["value"]["kind"], list: Notices][] {
  return [...Map.groupBy(notices, ({ value }) => value.kind)];
}

function Contact({ contact: { value, onOwnDomain, redacted } }: { contact: CompanyCard["contacts"][number] }) {
  const name = contactName(value.kind);
  if (redacted === true) return <>{t("{kind}: withheld, at the wish of the person whom it names", { kind: name })}</>;
  const link = value.kind === "form" || value.kind === "web" ? webAddress(value.value) : undefined;
  return (
    <>
      {name}
      {value.purpose === "rights" && ` ${t("for requests about data")}`}:{" "}
      {link === undefined ? <span class="lines">{value.value}</span> : <Address url={value.value} />}
      {onOwnDomain !== null && <span class="unknown"> ({onOwnDomain ? t("on a domain of its own") : t("not on a domain that is known as its own")})</span>}
    </>
  );
}

function Rights({ value }: { value: CompanyCard["rights"][number]["value"] }) {
  const { deletionUrl, difficulty, hiddenFromSearch, needsIdDocument, preferred, requiredFields } = value;
  const ways = { email: t("preferred by e-mail"), letter: t("preferred by letter"), fax: t("preferred by fax"), form: t("preferred by form") };
  const said = [
    difficulty !== undefined && difficultyName(difficulty),
    preferred !== undefined && ways[preferred],
    needsIdDocument !== undefined && (needsIdDocument ? t("asks for an identity document") : t("asks for no identity document")),
    hiddenFromSearch !== undefined && (hiddenFromSearch ? t("the page asked search engines not to list it") : t("the page was open to search engines")),
    requiredFields !== undefined && tn(requiredFields, "asks for {n} detail", "asks for {n} details"),
  ].filter((words) => words !== false);
  return (
    <>
      {deletionUrl !== undefined && (
        <>
          {t("Deletion or opting out")}: <Address url={deletionUrl} />
          {said.length > 0 && "; "}
        </>
      )}
      {said.join(", ")}
    </>
  );
}

export function IdentityPart({ page }: { page: CompanyPage }) {
  const { names, website, country, sectors, domains, identifiers, flags, safeguards, transfers } = page.card;
  const cited = (list: readonly { value: ComponentChildren; records: number[] }[]) => (
    <ul class="plain">
      {bySource(page.card, list, 40).map(([records, values]) => (
        <Said key={records.join()} page={page} records={records}>
          {values.map(({ value }, i) => (
            <span key={i}>
              {i > 0 && ", "}
              {value}
            </span>
          ))}
        </Said>
      ))}
    </ul>
  );
  const countries = country === null ? [] : [{ value: countryName(country.value), records: country.records }];
  return (
    <Part id="identity" title={t("Who it is")}>
      <Fields
        fields={[
          { name: t("Names"), value: cited(names) },
          { name: t("Country"), value: countries.length === 0 ? <NotStated /> : cited(countries) },
          { name: t("Sectors"), value: sectors.length === 0 ? <NotStated /> : cited(sectors) },
          { name: t("Website"), value: website === null ? <NotStated /> : cited([{ value: <Address url={website.value} />, records: website.records }]) },
          {
            name: t("Domains"),
            value:
              domains.length === 0 ? (
                <NotStated>{t("none known here")}</NotStated>
              ) : (
                <>
                  <ul class="domains">{domains.slice(0, MOST_DOMAINS).map(Domain)}</ul>
                  {domains.length > MOST_DOMAINS && (
                    <p class="note">{tn(domains.length - MOST_DOMAINS, "{n} more is in the data of this page.", "{n} more are in the data of this page.")}</p>
                  )}
                </>
              ),
          },
          ...(identifiers.length === 0
            ? []
            : [
                {
                  name: t("Identifiers"),
                  value: identifiers
                    .slice(0, 20)
                    .map(({ value: { scheme, id } }) => `${scheme} ${id}`)
                    .join(", "),
                },
              ]),
          ...(flags.length === 0
            ? []
            : [
                {
                  name: t("Statements"),
                  value: cited(flags.map(({ value, records }) => ({ value: `${t(value.words)}: ${value.value ? t("yes") : t("no")}`, records }))),
                },
              ]),
          ...(safeguards.length === 0 ? [] : [{ name: t("Safeguards"), value: cited(safeguards) }]),
          ...(transfers.length === 0 ? [] : [{ name: t("Transfers"), value: cited(transfers) }]),
        ]}
      />
    </Part>
  );
}

function Domain({ value, role, holder, sharedWith, contradictedBy, records }: CompanyCard["domains"][number]) {
  const why = {
    own: t("its own"),
    "explicit-id": t("by its identifier"),
    "two-sources": t("by two sources"),
    "single-source": role === "listed" ? t("listed by one source") : t("by one source"),
  }[holder];
  const notes = [
    sharedWith.length > 0 && tn(sharedWith.length, "shared with {n} other organisation", "shared with {n} other organisations"),
    contradictedBy.length > 0 && tn(contradictedBy.length, "one record files it under another organisation", "{n} records file it under other organisations"),
  ]
    .filter((words) => words !== false)
    .join("; ");
  return markup`<li><a href="${paths.site(value)}">${value}</a> <a class="ref" href="#record-${records[0]!}">${why}</a>${notes !== "" && markup`<span class="cell-note">${notes}</span>`}</li>`;
}
