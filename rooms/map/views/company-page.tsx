/** /companies/{id}: what an organisation declares beside what was observed of it, each fact with its records. */
import { Caution, Facts, NotStated, Part, countryName, dayInWords } from "../../../ui/kit.tsx";
import { list } from "../../../ui/format.ts";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn } from "../../../ui/text.ts";
import { isStale } from "./citation.tsx";
import { FlowPart } from "./flow.tsx";
import { HistoryPart } from "./history.tsx";
import { ContactPart, IdentityPart } from "./identity.tsx";
import { JoinPart } from "./joins.tsx";
import { DataPart, PurposePart } from "./matrix.tsx";
import { ObservedPart } from "./observed.tsx";
import { PracticesPart, Retention } from "./practices.tsx";
import { ProofPart } from "./proof-box.tsx";
import type { CompanyPage } from "./props.ts";
import { SignalsPart } from "./signals.tsx";
import { StoragePart } from "./storage.tsx";
import { correctionLink, days, known } from "./words.ts";
import type { Known } from "./words.ts";

export function CompanyView(page: CompanyPage) {
  const { site, card, scannedSites, today } = page;
  const facts = known(card);
  const sentence = inOneSentence(facts, scannedSites);
  return (
    <Page site={site} title={card.name} description={`${card.name}. ${sentence}`} room="companies">
      <nav class="trail" aria-label={t("Place in the register")}>
        <a href={paths.companies}>{t("Companies")}</a>
        <a href={paths.compare([card.id])}>{t("Compare with…")}</a>
        <a href={paths.companyData(card.id)}>{t("As data")}</a>
        <a href="#correct">{t("Ask for a correction")}</a>
      </nav>
      <h1 dir="auto">{card.name}</h1>
      <p class="kind">
        {card.country === null ? t("Country not stated") : countryName(card.country.value)}
        {card.sectors.length > 0 &&
          ` · ${card.sectors
            .slice(0, 4)
            .map(({ value }) => t(value))
            .join(", ")}`}
      </p>
      <p class="lede">{sentence}</p>
      {card.ended.map(({ value: { on, reason }, records }, i) => (
        <Caution key={i}>
          <p>
            {t(reason)}
            {on !== undefined && `, ${dayInWords(on)}`}. <a href={`#record-${records[0]!}`}>{t("Record")}</a>
          </p>
        </Caution>
      ))}
      {facts.newest !== "" && isStale(facts.newest, today) && (
        <Caution>
          <p>
            {t("All its declarations that are known here are older than a year, the newest of {day}. They may have changed since.", {
              day: dayInWords(facts.newest),
            })}
          </p>
        </Caution>
      )}
      <Facts facts={strip(page, facts)} />
      <SignalsPart page={page} />
      <PurposePart card={card} scanned={scannedSites} />
      <DataPart card={card} matrix={card.dataMatrix} />
      <FlowPart card={card} />
      <PracticesPart page={page} />
      <Part id="retention" title={t("Kept for")}>
        <Retention page={page} />
      </Part>
      <StoragePart page={page} />
      <ObservedPart page={page} />
      <ContactPart page={page} />
      <IdentityPart page={page} />
      <JoinPart page={page} />
      <HistoryPart page={page} />
      <ProofPart page={page} />
      <Correction page={page} />
    </Page>
  );
}

/** What is known, for someone who reads nothing else. Unknown is said as unknown. */
function inOneSentence({ purposes, sources, newest, sites }: Known, scanned: number): string {
  const declared =
    purposes === 0
      ? sources.length === 0
        ? t("No declaration of its purposes is known here")
        : tn(sources.length, "Declares no purpose in {n} source", "Declares no purpose in {n} sources")
      : `${tn(purposes, "Declares {n} purpose", "Declares {n} purposes")} ${tn(sources.length, "in {n} source, of {day}", "in {n} sources, newest of {day}", { day: dayInWords(newest) })}`;
  const seen = sites === 0 ? t("no scan known here met it") : t("seen on {n} of {m} scanned sites", { n: sites, m: Math.max(scanned, sites) });
  return `${declared}; ${seen}.`;
}

function strip({ card, scannedSites }: CompanyPage, { purposes, consent, legitimateInterest, sources, sites, newestScan, undeclared }: Known) {
  const retention = card.retention.flatMap(({ value }) => value ?? []);
  const ways = card.contacts.length;
  return [
    {
      label: t("Purposes declared"),
      value: sources.length === 0 ? <NotStated>{t("nothing known")}</NotStated> : purposes,
      note: purposes === 0 ? undefined : t("{consent} on consent, {interest} on legitimate interest", { consent, interest: legitimateInterest }),
    },
    {
      label: t("Seen on scanned sites"),
      value: sites === 0 ? <NotStated>{t("nothing known")}</NotStated> : t("{n} of {m}", { n: sites, m: Math.max(sites, scannedSites) }),
      note:
        sites === 0
          ? undefined
          : `${t("last on {day}", { day: dayInWords(newestScan) })}${undeclared === 0 ? "" : `; ${tn(undeclared, "{n} purpose observed and not declared", "{n} purposes observed and not declared")}`}`,
    },
    {
      label: t("Kept for"),
      value:
        retention.length === 0 ? (
          <NotStated />
        ) : retention.length === 1 || new Set(retention).size === 1 ? (
          days(retention[0]!)
        ) : (
          list([...new Set(retention)].map(String), t("or"))
        ),
      note: retention.length === 0 ? undefined : new Set(retention).size === 1 ? t("standard retention, as declared") : t("days: its sources differ"),
    },
    {
      label: t("Contact"),
      value: ways === 0 ? <NotStated>{t("none known")}</NotStated> : tn(ways, "{n} way", "{n} ways"),
      note: ways === 0 ? undefined : card.has.contactOnOwnDomain ? t("on a domain of its own") : t("none on a domain that is known as its own"),
    },
  ].map(({ note, ...fact }) => (note === undefined ? fact : { ...fact, note }));
}

function Correction({ page: { card, corrections } }: { page: CompanyPage }) {
  return (
    <Part id="correct" title={t("Is something wrong?")}>
      {corrections === null ? (
        <p>{t("Whoever runs this copy has named no address for corrections: it is no public register, and must not be used as one.")}</p>
      ) : (
        <>
          <p>
            {t(
              "Say which fact, and what shows it. What a source says is corrected at the source, and read again; the register itself can undo a wrong join, and withhold a contact that names a person.",
            )}
          </p>
          <p>
            <a href={correctionLink(corrections, t("Correction: {name} ({id})", { name: card.name, id: card.id }))}>{t("Ask for a correction")}</a>
          </p>
        </>
      )}
    </Part>
  );
}
