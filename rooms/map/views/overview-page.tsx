/** /overviews: figures over all organisations and over the versions of the vendor list; each picture with its table and its CSV. */
import type { ComponentChildren } from "preact";
import { Day, More, NotStated, Part, Table, figure } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import { declaredIds } from "../overview-schema.ts";
import type { GroundMove, Overview, OverviewTable, VersionChanges } from "../overview-schema.ts";
import { Bars, Dots, Ways, percent } from "./distribution.tsx";
import type { OverviewsPage } from "./props.ts";
import { bandName, declaredName, signalName, signalQuestion } from "./signal-words.ts";
import { cut } from "./words.ts";

/** Rows of a long list; the rest is in the CSV. */
const MOST = 200;

export function OverviewsView({ site, overview }: OverviewsPage) {
  return (
    <Page
      site={site}
      title={t("Overviews")}
      description={t("What organisations declare and what was seen of them, counted over all of this register, and how it changed.")}
      room="explore"
    >
      <h1>{t("Overviews")}</h1>
      <div class="lede">
        <p>
          {tx("Counted over {n}, by {method}. Whoever says nothing is counted as not known, never as nought.", {
            n: tn(overview.organisations, "{n} organisation", "{n} organisations"),
            method: <a href={paths.methodology}>{t("method {version}", { version: overview.method })}</a>,
          })}
        </p>
      </div>
      <SignalsOverview overview={overview} />
      <BandsOverview overview={overview} />
      <VersionsOverview overview={overview} />
      <DeclaresOverview overview={overview} />
      <MovesOverview overview={overview} />
    </Page>
  );
}

function OverviewPart({ id, title, table, children }: { id: string; title: string; table: OverviewTable; children: ComponentChildren }) {
  return (
    <Part id={id} title={title} note={<a href={paths.overviewCsv(table)}>{t("As CSV")}</a>}>
      {children}
    </Part>
  );
}

function SignalsOverview({ overview: { signals } }: { overview: Overview }) {
  const parts = Array.from({ length: 10 }, (_, i) => t("{low} to {high}", { low: 10 * i, high: 10 * i + 10 }));
  return (
    <OverviewPart id="distributions" title={t("Answers")} table="signals">
      <p>{t("How many organisations have which answer, from 0 to 100, for each signal. The height of a bar is relative to the highest of its picture.")}</p>
      <ul class="plain small-multiples">
        {signals.map(({ id, parts: values, answered, applies }) => (
          <li key={id}>
            <h3>{signalName(id)}</h3>
            <p class="note">{signalQuestion(id)}</p>
            {answered === 0 ? (
              <p>
                <NotStated>{t("No answer is known.")}</NotStated>
              </p>
            ) : (
              <Bars
                label={t("{signal}: numbers of organisations from 0 to 100; the table below has them.", { signal: signalName(id) })}
                values={values}
                names={parts}
                ends={["0", "100"]}
              />
            )}
            <p class="note">{t("{n} answered, {m} not known", { n: figure(answered), m: figure(applies - answered) })}</p>
          </li>
        ))}
      </ul>
      <Table
        caption={t("Answers to each signal: how many, and the values that part them into ten equal groups")}
        columns={[
          { title: t("Signal") },
          { title: t("Applies to"), width: "number" },
          { title: t("Answered"), width: "number" },
          { title: t("Not known"), width: "number" },
          { title: t("Mean"), width: "number" },
          ...Array.from({ length: 9 }, (_, i) => ({ title: t("{n} %", { n: 10 * (i + 1) }), width: "number" as const })),
        ]}
        rows={signals.map(({ id, applies, answered, mean, deciles }) => [
          signalName(id),
          figure(applies),
          figure(answered),
          figure(applies - answered),
          mean === null ? <NotStated>{t("none")}</NotStated> : figure(Math.round(mean)),
          ...(deciles === null ? [{ span: 9, cell: <NotStated>{t("fewer than ten answers")}</NotStated> }] : deciles.map((value) => figure(Math.round(value)))),
        ])}
      />
    </OverviewPart>
  );
}

function BandsOverview({ overview: { bands } }: { overview: Overview }) {
  const bounds = bands.counts.slice(1);
  const names = bands.counts.map((_, i) => bandName(i, bounds));
  return (
    <OverviewPart id="bands" title={t("Bands")} table="bands">
      <p>
        {t(
          "In which band organisations are, and for how many too little is known for one. A band is no rank: most could as well be in the one beside it, under other weights.",
        )}
      </p>
      <Bars
        label={t("Numbers of organisations in each band; the table below has them.")}
        values={bands.counts}
        names={names}
        ends={["1", String(bands.counts.length)]}
      />
      <Table
        caption={t("Organisations in each band")}
        columns={[{ title: t("Band") }, { title: t("Organisations"), width: "number" }]}
        rows={[...bands.counts.map((count, i) => [names[i]!, figure(count)]), [t("too little is known"), figure(bands.none)]]}
      />
    </OverviewPart>
  );
}

function VersionsOverview({ overview: { versions } }: { overview: Overview }) {
  const title = t("Changes from version to version");
  const compared = versions.slice(1);
  if (compared.length === 0) {
    return (
      <OverviewPart id="versions" title={title} table="versions">
        <p>{t("Of the vendor list fewer than two versions were read: no change is known.")}</p>
      </OverviewPart>
    );
  }
  const parts = [
    ["changed", t("Changed any of these four")],
    ["purposes", t("Purposes or their grounds")],
    ["data", t("Categories of data")],
    ["storage", t("Life of cookies")],
    ["retention", t("Retention")],
    ["droppedInterest", t("Dropped a legitimate interest")],
    ["tookUpInterest", t("Took one up")],
    ["features", t("Special purposes, features")],
  ] as const satisfies readonly (readonly [keyof VersionChanges, string])[];
  const titles = compared.map(({ version }, i) => t("{after} against {before}", { after: version, before: versions[i]!.version }));
  return (
    <OverviewPart id="versions" title={title} table="versions">
      <p>
        {t(
          "IAB Europe’s vendor list, each version that was read against the one before it: shares of the vendors that are in both. The full dot is the newest; smaller rings are older. Special purposes and features are apart, as the framework itself adds some, and all vendors follow.",
        )}
      </p>
      <Dots
        label={t("Shares of vendors that changed something; the table below has the numbers.")}
        rows={parts.map(([part, name]) => ({ name, values: compared.map((one) => (one.compared === 0 ? null : one[part] / one.compared)), titles }))}
      />
      <Table
        caption={title}
        columns={[
          { title: t("Version") },
          { title: t("Of"), width: "narrow" },
          { title: t("Vendors"), width: "number" },
          { title: t("Joined"), width: "number" },
          { title: t("Left"), width: "number" },
          { title: t("In both"), width: "number" },
          ...parts.map(([, name]) => ({ title: name, width: "number" as const })),
        ]}
        rows={versions.map((one, i) => [
          one.extract ? t("{version}, an extract", { version: one.version }) : one.version,
          one.dated === null ? <NotStated /> : <Day on={one.dated} />,
          figure(one.vendors),
          ...(i === 0
            ? [{ span: 3 + parts.length, cell: <NotStated>{t("the first that was read")}</NotStated> }]
            : [one.joined, one.left, one.compared, ...parts.map(([part]) => one[part])].map((n, at) => (typeof n === "number" ? numberOf(n, at, one) : n))),
        ])}
      />
    </OverviewPart>
  );
}

/** From the fourth column on, with the share. */
function numberOf(n: number, at: number, { compared }: VersionChanges): string {
  return at < 3 || compared === 0 ? figure(n) : t("{n} ({share})", { n: figure(n), share: percent(n / compared) });
}

function DeclaresOverview({ overview: { declares } }: { overview: Overview }) {
  if (declares.length === 0) return null;
  const titles = declares.map(({ version }) => version);
  return (
    <OverviewPart id="declares" title={t("What vendors declare")} table="declares">
      <p>
        {t(
          "Shares of the vendors in each whole version of the list, without those marked as deleted. Of extracts it is not known who of the others was in the list.",
        )}
      </p>
      <Dots
        label={t("Shares of vendors that declare something, by version; the table below has the numbers.")}
        rows={declaredIds.map((id) => ({
          name: declaredName(id),
          values: declares.map(({ counts, active }) => (active === 0 ? null : counts[id] / active)),
          titles,
        }))}
      />
      <Table
        caption={t("What vendors declare, by version")}
        columns={[
          { title: t("Declared") },
          ...declares.map(({ version, active }) => ({ title: t("{version}, {n} vendors", { version, n: figure(active) }), width: "number" as const })),
        ]}
        rows={declaredIds.map((id) => [
          declaredName(id),
          ...declares.map(({ counts, active }) =>
            active === 0 ? <NotStated /> : t("{n} ({share})", { n: figure(counts[id]), share: percent(counts[id] / active) }),
          ),
        ])}
      />
    </OverviewPart>
  );
}

function MovesOverview({ overview: { moves } }: { overview: Overview }) {
  const byPurpose = Map.groupBy(moves, ({ purpose }) => purpose);
  const rows = [...byPurpose.keys()]
    .sort((a, b) => a - b)
    .map((purpose) => {
      const all = byPurpose.get(purpose)!;
      const right = all.filter(({ to }) => to === "consent").length;
      return { name: t("Purpose {n}", { n: purpose }), left: all.length - right, right };
    });
  return (
    <OverviewPart id="moves" title={t("From legitimate interest to consent, and back")} table="moves">
      {moves.length === 0 ? (
        <p>{t("No vendor was read to put a purpose on the other of these two grounds.")}</p>
      ) : (
        <>
          <p>{t("How often a vendor put a purpose on the other ground, from one version that was read to the next.")}</p>
          <Ways
            label={t("Numbers of moves by purpose, both ways; the table below names them.")}
            rows={rows}
            ways={[t("to legitimate interest"), t("to consent")]}
          />
          <Table
            caption={t("Moves by purpose")}
            columns={[{ title: t("Purpose of TCF") }, { title: t("To legitimate interest"), width: "number" }, { title: t("To consent"), width: "number" }]}
            rows={rows.map(({ name, left, right }) => [name, figure(left), figure(right)])}
          />
          <Moves moves={moves} />
        </>
      )}
    </OverviewPart>
  );
}

function Moves({ moves }: { moves: readonly GroundMove[] }) {
  const sorted = moves.toSorted((a, b) => a.name.localeCompare(b.name, "en") || a.purpose - b.purpose);
  return (
    <More summary={tn(moves.length, "The one move", "The {n} moves, by name")}>
      <Table
        caption={t("Vendors that put a purpose on the other ground")}
        columns={[{ title: t("Vendor") }, { title: t("Purpose"), width: "number" }, { title: t("Now on") }, { title: t("Between versions") }]}
        rows={sorted
          .slice(0, MOST)
          .map(({ name, organisation, purpose, to, before, after }) => [
            organisation === null ? cut(name, 60) : <a href={`${paths.company(organisation)}#history`}>{cut(name, 60)}</a>,
            purpose,
            to === "consent" ? t("consent, before legitimate interest") : t("legitimate interest, before consent"),
            t("{before} and {after}", { before, after }),
          ])}
      />
      {moves.length > MOST && <p class="note">{t("The others are in the CSV.")}</p>}
    </More>
  );
}
