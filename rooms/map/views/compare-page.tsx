/** /compare: up to four organisations, line by line. */
import type { ComponentChildren } from "preact";
import { Caution, Day, NotStated, countryName, figure } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { CompanyCard } from "../card-schema.ts";
import { Citation, Stale, isStale } from "./citation.tsx";
import type { ComparePage } from "./props.ts";
import { basisName, contactName, dayOf, days, elementName, known, life } from "./words.ts";

const MOST = 4;

/** What stands in a line for one organisation. `same` is what is compared; null where nothing is known, which differs from nothing. */
interface Cell {
  same: string | null;
  shown: ComponentChildren;
}

interface Line {
  name: string;
  cells: Cell[];
}

interface Group {
  name: string;
  lines: Line[];
}

export function CompareView({ site, sources, cards, unknown, today }: ComparePage) {
  const ids = cards.map(({ id }) => id);
  const names = cards.map(({ name }) => name);
  const groups = [
    declarations(cards, sources, today),
    ...purposes(cards),
    data(cards),
    keeping(cards, sources),
    seen(cards, sources),
    contact(cards, sources, today),
  ];
  const lines = groups.flatMap((group) => group.lines).filter(({ cells }) => cells.filter(({ same }) => same !== null).length > 1);
  return (
    <Page
      site={site}
      title={cards.length === 0 ? t("Compare") : t("Compare: {names}", { names: names.join(", ") })}
      description={t("Organisations side by side: purposes by ground, data, retention, storage, where they were seen, contact.")}
      room="companies"
      unlisted
    >
      <p class="trail">
        <a href={paths.companies}>{t("Companies")}</a>
      </p>
      <h1>{t("Side by side")}</h1>
      <div class="lede">
        {unknown.length > 0 && (
          <Caution>
            {unknown.map((id) => (
              <p key={id}>
                {tx("There is no organisation called {id} here. {find}.", {
                  id: <strong>{id}</strong>,
                  find: <a href={paths.companiesBy({ q: id })}>{t("Look for it in the list")}</a>,
                })}
              </p>
            ))}
          </Caution>
        )}
        {cards.length > 1 && (
          <p>
            {tn(lines.filter(differs).length, "{n} line differs", "{n} lines differ")}{" "}
            {t("of {all} that can be compared: where nothing is known of an organisation, nothing is compared.", { all: lines.length })}
          </p>
        )}
      </div>
      {cards.length > 0 && <SideBySide cards={cards} groups={groups} />}
      <Another ids={ids} />
    </Page>
  );
}

function SideBySide({ cards, groups }: { cards: readonly CompanyCard[]; groups: readonly Group[] }) {
  const caption = t("Organisations side by side");
  const ids = cards.map(({ id }) => id);
  return (
    <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="ds-table compare" data-size="sm">
        <caption class="ds-sr-only">{caption}</caption>
        <thead>
          <tr>
            <td />
            {cards.map(({ id, name }) => (
              <th key={id} scope="col">
                <a href={paths.company(id)}>{name}</a>
                {cards.length > 1 && (
                  <a class="cell-note" href={paths.compare(ids.filter((other) => other !== id))} aria-label={t("Leave out {name}", { name })}>
                    {t("leave out")}
                  </a>
                )}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(({ name, lines }) => (
          <tbody key={name}>
            <tr>
              <th class="group" scope="rowgroup" colSpan={cards.length + 1}>
                {name}
              </th>
            </tr>
            {lines.map((line) => (
              <tr key={line.name} class={differs(line) ? "differs" : undefined}>
                <th scope="row">
                  {line.name}
                  {differs(line) && <span class="cell-note">{t("≠ differs")}</span>}
                </th>
                {line.cells.map(({ shown }, i) => (
                  <td key={cards[i]!.id}>{shown}</td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Only what is known can differ. */
function differs({ cells }: Line): boolean {
  return new Set(cells.flatMap(({ same }) => same ?? [])).size > 1;
}

const said = (words: string): Cell => ({ same: words, shown: words });
const unsaid = (words?: string): Cell => ({ same: null, shown: <NotStated>{words}</NotStated> });

function declarations(cards: readonly CompanyCard[], sources: ComparePage["sources"], today: string): Group {
  return {
    name: t("Declarations"),
    lines: [
      {
        name: t("From"),
        cells: cards.map((card) => {
          const records = [...new Set(card.practices.map(({ record }) => record))];
          if (records.length === 0) return unsaid(t("nothing known"));
          return { same: null, shown: <Citation records={records} card={card} sources={sources} today={today} at={paths.company(card.id)} /> };
        }),
      },
      {
        name: t("Purposes in all"),
        cells: cards.map((card) => (card.has.declarations ? said(String(known(card).purposes)) : unsaid(t("nothing known")))),
      },
    ],
  };
}

const ELEMENTS = ["purpose", "special-purpose", "feature", "special-feature"] as const;
const byNumber = new Intl.Collator("en", { numeric: true });

/** The purposes that any of them declares; each by the grounds that it is declared on. */
function purposes(cards: readonly CompanyCard[]): Group[] {
  return ELEMENTS.flatMap((element) => {
    const rows = new Map(
      cards.flatMap(({ purposeMatrix }) => purposeMatrix.rows.filter((row) => row.element === element).map((row) => [row.id, row.name] as const)),
    );
    if (rows.size === 0) return [];
    const lines = [...rows]
      .sort(([a], [b]) => byNumber.compare(a, b))
      .map(([id, name]) => ({ name: t(name), cells: cards.map((card) => purposeCell(card, id, element)) }));
    return [{ name: elementName(element), lines }];
  });
}

function purposeCell({ has, purposeMatrix: { columns, rows } }: CompanyCard, id: string, element: (typeof ELEMENTS)[number]): Cell {
  if (!has.declarations) return unsaid(t("nothing known"));
  const cells = rows.find((row) => row.id === id)?.cells ?? [];
  const grounds = cells.flatMap(({ declared, flexible }, i) => {
    if (declared.length === 0) return [];
    if (columns[i] === "unstated" && element !== "purpose") return t("declared");
    return flexible ? t("{ground} (the site may choose another)", { ground: basisName(columns[i]!) }) : basisName(columns[i]!);
  });
  return said(grounds.length === 0 ? t("not declared") : grounds.join(", "));
}

function data(cards: readonly CompanyCard[]): Group {
  const names = new Map(cards.flatMap((card) => card.data.map(({ term }) => [`${term.scheme} ${term.code}`, term.name] as const)));
  const lines = [...names]
    .sort(([a], [b]) => byNumber.compare(a, b))
    .map(([id, name]) => ({
      name: t(name),
      cells: cards.map((card) => {
        if (card.data.length === 0) return unsaid();
        return said(card.data.some(({ term }) => `${term.scheme} ${term.code}` === id) ? t("declared") : t("not in its list"));
      }),
    }));
  return { name: t("Kinds of data"), lines: lines.length > 0 ? lines : [{ name: t("Its list of data"), cells: cards.map(() => unsaid()) }] };
}

function keeping(cards: readonly CompanyCard[], sources: ComparePage["sources"]): Group {
  return {
    name: t("How long"),
    lines: [
      {
        name: t("Data is kept"),
        cells: cards.map((card) => {
          const kept = card.retention.flatMap(({ value, records }) => (value === null ? [] : [{ words: days(value), records }]));
          return cited(card, kept, sources);
        }),
      },
      {
        name: t("Something on the device"),
        cells: cards.map((card) => {
          const stored = card.storage.flatMap(({ value, records }) => storageInWords(value).map((words) => ({ words, records })));
          return cited(card, stored, sources);
        }),
      },
    ],
  };
}

/** Facts with the records that say them. */
function cited(card: CompanyCard, facts: readonly { words: string; records: readonly number[] }[], sources: ComparePage["sources"]): Cell {
  if (facts.length === 0) return unsaid();
  const shown = facts.map(({ words, records }, i) => (
    <div key={i}>
      {words}
      <span class="cell-note">
        <Citation records={records} card={card} sources={sources} at={paths.company(card.id)} most={1} />
      </span>
    </div>
  ));
  return { same: [...new Set(facts.map(({ words }) => words))].sort().join("; "), shown };
}

function storageInWords({ cookies, maxAgeDays, refreshed, otherThanCookies }: CompanyCard["storage"][number]["value"]): string[] {
  const words: string[] = [];
  if (cookies === false) words.push(t("no cookies"));
  else if (typeof maxAgeDays === "number") words.push(t("cookies, at most {life}", { life: life(maxAgeDays) }));
  else if (cookies === true) words.push(t("cookies, life not stated"));
  if (refreshed === true) words.push(t("renewed at each visit"));
  if (otherThanCookies === true) words.push(t("other kinds of storage too"));
  return words.length === 0 ? [] : [words.join(", ")];
}

function seen(cards: readonly CompanyCard[], sources: ComparePage["sources"]): Group {
  const line = (name: string, of: (seenOn: CompanyCard["seenOn"][number]) => boolean): Line => ({
    name,
    cells: cards.map((card) => {
      if (card.seenOn.length === 0) return unsaid(t("no scanned site"));
      return said(tn(new Set(card.seenOn.filter(of).map(({ site }) => site)).size, "{n} site", "{n} sites"));
    }),
  });
  const inState = (state: string) => (seenOn: CompanyCard["seenOn"][number]) => seenOn.states.some((one) => one.state === state && one.requests > 0);
  const group = [line(t("Scanned sites that contacted it"), () => true)];
  // A line for a state only where somebody was seen in it: most scans know of no states.
  for (const [state, name] of [
    ["unanswered", t("Contacted before any answer")],
    ["refused", t("Contacted in a visit that refused")],
  ] as const) {
    if (cards.some(({ seenOn }) => seenOn.some(inState(state)))) group.push(line(name, inState(state)));
  }
  if (cards.some(({ reach }) => reach.length > 0)) group.push(reachLine(cards, sources));
  return { name: t("Seen"), lines: group };
}

/** How much of the web loads something from it, by sources that count. Counts of its services overlap: they are not added up, the largest stands for all. */
function reachLine(cards: readonly CompanyCard[], sources: ComparePage["sources"]): Line {
  return {
    name: t("Counted elsewhere"),
    cells: cards.map((card) => {
      const largest = [...card.reach].sort((a, b) => b.value.seen - a.value.seen)[0];
      if (largest === undefined) return unsaid();
      const { value, records } = largest;
      const words = `${figure(value.seen)} ${t(value.unit)}${card.reach.length > 1 ? `, ${t("the largest of {n} counts", { n: card.reach.length })}` : ""}`;
      return cited(card, [{ words, records }], sources);
    }),
  };
}

function contact(cards: readonly CompanyCard[], sources: ComparePage["sources"], today: string): Group {
  return {
    name: t("Who it is"),
    lines: [
      ...(cards.some(({ ended }) => ended.length > 0)
        ? [
            {
              name: t("No longer listed"),
              cells: cards.map((card) =>
                cited(
                  card,
                  card.ended.map(({ value, records }) => ({ words: t(value.reason), records })),
                  sources,
                ),
              ),
            },
          ]
        : []),
      { name: t("Country"), cells: cards.map(({ country }) => (country === null ? unsaid() : said(countryName(country.value)))) },
      {
        name: t("Contact"),
        cells: cards.map(({ contacts }) => {
          const kinds = [...new Set(contacts.map(({ value }) => contactName(value.kind)))];
          return kinds.length === 0 ? unsaid(t("no source names one")) : said(kinds.join(", "));
        }),
      },
      {
        name: t("Contact on its own domain"),
        cells: cards.map(({ has }) => (has.contact ? said(has.contactOnOwnDomain ? t("yes") : t("no")) : unsaid(t("no source names one")))),
      },
      {
        name: t("Newest record"),
        cells: cards.map(({ records }) => {
          const newest = records
            .filter(({ current }) => current)
            .map(dayOf)
            .sort()
            .at(-1);
          if (newest === undefined) return unsaid();
          return {
            same: null,
            shown: (
              <>
                <Day on={newest} />
                {isStale(newest, today) && (
                  <span class="cell-note">
                    <Stale />
                  </span>
                )}
              </>
            ),
          };
        }),
      },
    ],
  };
}

function Another({ ids }: { ids: readonly string[] }) {
  if (ids.length >= MOST) return <p class="note">{t("Four is the most. Leave one out to add another.")}</p>;
  return (
    <form class="find" action="/compare" method="get">
      {ids.map((id) => (
        <input key={id} type="hidden" name="ids" value={id} />
      ))}
      <label class="ds-label" for="another">
        {ids.length === 0 ? t("Which organisation?") : t("Add another")}
      </label>
      <div class="find-row">
        <input
          class="ds-input"
          type="text"
          id="another"
          name="ids"
          autocomplete="off"
          spellcheck={false}
          maxLength={100}
          required
          aria-describedby="another-help"
        />
        <button class="ds-button" type="submit">
          {t("Compare")}
        </button>
      </div>
      <p class="note" id="another-help">
        {tx("Its name as it stands in the address of its page, such as {example}.", { example: <code>criteo-sa</code> })}
      </p>
    </form>
  );
}
