/** /sources: where every fact comes from, and how one is corrected or removed. */
import { Caution, Command, Day, Fields, NotStated, Part, Table, figure } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { SourceRow } from "../card-schema.ts";
import type { Source } from "../schema.ts";
import type { SourcesPage } from "./props.ts";

export function SourcesView({ site, sources, corrections, rows, available }: SourcesPage) {
  return (
    <Page
      site={site}
      title={t("Sources")}
      description={t("Every source of the facts in this register: what it gives, its licence, its versions, and how a fact is corrected or removed.")}
      room="sources"
    >
      <h1>{t("Sources")}</h1>
      <div class="lede">
        <p>
          {t(
            "Every fact in this register comes from one of these, and says from which. A source’s record stays as the source has it; what the register makes of it can be made again by anyone.",
          )}
        </p>
      </div>
      {rows.length === 0 ? (
        <p>{tx("None has been imported yet. {available}.", { available: <a href="#available">{t("See which can be")}</a> })}</p>
      ) : (
        <Overview rows={rows} sources={sources} />
      )}
      {rows.map((row) => (
        <SourcePart key={row.source} row={row} source={sources[row.source]} />
      ))}
      <Corrections corrections={corrections} />
      <Available available={available} />
    </Page>
  );
}

function Overview({ rows, sources }: Pick<SourcesPage, "rows" | "sources">) {
  return (
    <Part id="read" title={t("Read so far")}>
      <Table
        caption={t("Sources that were read")}
        columns={[
          { title: t("Source") },
          { title: t("Gives") },
          { title: t("Licence") },
          { title: t("Facts of"), width: "narrow" },
          { title: t("Records"), width: "number" },
        ]}
        rows={rows.map(({ source: id, imports, current, removed }) => {
          const source = sources[id];
          const newest = imports.at(-1);
          return [
            <a href={`#${id}`}>{source?.name ?? id}</a>,
            source === undefined ? <NotStated /> : givesInWords(source),
            source?.licence.id ?? <NotStated />,
            newest === undefined ? <NotStated /> : <Day on={newest.dated ?? newest.retrievedAt} />,
            removed === null ? figure(current) : t("removed"),
          ];
        })}
      />
    </Part>
  );
}

function givesInWords({ gives }: Source): string {
  const words = { identity: t("who it is"), declared: t("declarations"), observed: t("observations"), contact: t("contacts") };
  return gives.map((one) => words[one]).join(", ");
}

function SourcePart({ row: { source: id, imports, current, onlyHere, removed }, source }: { row: SourceRow; source: Source | undefined }) {
  return (
    <Part id={id} title={source?.name ?? id} note={source !== undefined && <a href={source.home}>{hostOf(source.home)}</a>}>
      {source?.caution !== undefined && <p>{t(source.caution)}</p>}
      <Fields
        fields={[
          ...(source === undefined ? [] : described(source)),
          removed === null
            ? {
                name: t("In this register"),
                value: tx("{records}; {alone}", {
                  records: tn(current, "{n} current record", "{n} current records"),
                  alone: tn(onlyHere, "{n} organisation rests on it alone", "{n} organisations rest on it alone"),
                }),
                ...(source?.gives.includes("identity") && { note: <a href={paths.companiesBy({ source: id })}>{t("Organisations of which it speaks")}</a> }),
              }
            : { name: t("Removed"), value: removed, note: t("Its records and all that rested on them are deleted; their hashes stay in the log and say why.") },
        ]}
      />
      {imports.length > 0 && <Versions name={source?.name ?? id} imports={imports} />}
    </Part>
  );
}

function described(source: Source) {
  const { licence, attribution, nonCommercial, mayNamePeople } = source;
  return [
    { name: t("Gives"), value: givesInWords(source) },
    {
      name: t("Licence"),
      value: <a href={licence.url}>{licence.id}</a>,
      ...(nonCommercial && { note: t("It forbids commercial use; whoever runs this register has accepted that.") }),
    },
    ...(attribution === undefined ? [] : [{ name: t("Credit"), value: attribution }]),
    ...(mayNamePeople ? [{ name: t("People"), value: t("Records may name people or reach them, such as sole traders.") }] : []),
  ];
}

function Versions({ name, imports }: { name: string; imports: SourceRow["imports"] }) {
  return (
    <Table
      caption={t("Versions of {name} that were read, newest first", { name })}
      columns={[
        { title: t("Version") },
        { title: t("Facts of"), width: "narrow" },
        { title: t("Read on"), width: "narrow" },
        { title: t("Records"), width: "number" },
        { title: t("Changed"), width: "number" },
        { title: t("The source’s own counts") },
      ]}
      rows={imports.toReversed().map(({ version, dated, retrievedAt, records, changed, counts }) => [
        <span class="version">{version}</span>,
        dated === null ? <NotStated /> : <Day on={dated} />,
        <Day on={retrievedAt} />,
        figure(records),
        figure(changed),
        Object.entries(counts)
          .map(([what, count]) => `${words(what)} ${figure(count)}`)
          .join(", "),
      ])}
    />
  );
}

/** `withLegitimateInterest` as `with legitimate interest`. */
const words = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const hostOf = (url: string) => /^https?:\/\/(?:www\.)?([^/]+)/.exec(url)?.[1] ?? url;

function Corrections({ corrections }: Pick<SourcesPage, "corrections">) {
  return (
    <Part id="corrections" title={t("Corrections and removal")}>
      {corrections === null ? (
        <Caution>
          <p>
            <strong>{t("This copy is not a public register.")}</strong> {t("Whoever runs it has named no address for corrections.")}
          </p>
        </Caution>
      ) : (
        <p>
          {tx("Is a fact wrong, out of date, or about you as a person? {ask}. The page of each organisation has the same link with its name filled in.", {
            ask: <a href={corrections}>{t("Ask for a correction")}</a>,
          })}
        </p>
      )}
      <p>
        {t(
          "A correction never changes what a source said: it is set right at the source and read anew, or an editor says so in the open, with a reason and a log entry of its own.",
        )}
      </p>
      <p>
        {t(
          "What names a person is deleted on request. The log holds only a salted hash of each record; once record and salt are gone, it says nothing about her.",
        )}
      </p>
      <p>{t("The operator’s commands, for one contact and for a whole source:")}</p>
      <Command>npm run operator -- map redact --contact VALUE --reason TEXT</Command>
      <Command>npm run operator -- map remove SOURCE --reason TEXT</Command>
    </Part>
  );
}

function Available({ available }: Pick<SourcesPage, "available">) {
  return (
    <Part id="available" title={t("Not imported")}>
      {available.length === 0 ? (
        <p>{t("Every source that this software can read has been imported.")}</p>
      ) : (
        <>
          <p>{t("This software can read these too. Nothing is fetched until the operator asks for it.")}</p>
          {available.map(({ source, takes, live }) => (
            <div key={source.id} class="available">
              <h3>
                <a href={source.home}>{source.name}</a>
              </h3>
              <p class="note">
                {t("{gives}; licence {licence}", { gives: givesInWords(source), licence: source.licence.id })}
                {source.nonCommercial === true && `; ${t("no commercial use")}`}
                {source.caution !== undefined && `. ${t(source.caution)}`}
              </p>
              <Command>
                {`npm run operator -- map ${live ? `sync ${source.id}` : `import ${source.id} PATH`}${source.nonCommercial === true ? ` --accept-licence ${source.licence.id}` : ""}`}
              </Command>
              {!live && <p class="note">{t("PATH: {takes}", { takes })}</p>}
            </div>
          ))}
        </>
      )}
    </Part>
  );
}
