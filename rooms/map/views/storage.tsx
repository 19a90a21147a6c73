/** What an organisation keeps on devices by its own word, beside the cookies that were seen. */
import { Fields, More, NotStated, Part, Table } from "../../../ui/kit.tsx";
import { list } from "../../../ui/format.ts";
import { t, tn } from "../../../ui/text.ts";
import type { CompanyCard } from "../card-schema.ts";
import { Citation } from "./citation.tsx";
import type { CompanyPage } from "./props.ts";
import { cut, life } from "./words.ts";

/** Rows of a long list; the rest is in the data. */
const MOST = 60;

export function StoragePart({ page }: { page: CompanyPage }) {
  const { storage, cookies } = page.card;
  if (storage.length === 0 && cookies.length === 0) {
    return (
      <Part id="storage" title={t("Kept on devices")}>
        <p>{t("Nothing is known here: no source says it, and no cookie of its domains was seen.")}</p>
      </Part>
    );
  }
  return (
    <Part id="storage" title={t("Kept on devices")}>
      {storage.map(({ value, records }, i) => (
        <Fields
          key={i}
          fields={[
            {
              name: t("Declared"),
              value: <Declaration storage={value} />,
              note: <Citation records={records} card={page.card} sources={page.sources} today={page.today} />,
            },
            ...(value.firstPartyOnly === true && (value.items ?? []).length === 0
              ? [
                  {
                    name: t("Read it so"),
                    value: t("This source lists only what is kept under the visited site’s own name: an empty list is no statement about the rest."),
                  },
                ]
              : []),
          ]}
        />
      ))}
      {storage.some(({ value }) => (value.items ?? []).length > 0) && <Items page={page} />}
      {cookies.length > 0 && <Cookies cookies={byName(page.card)} listed={storage.some(({ value }) => (value.items ?? []).length > 0)} />}
    </Part>
  );
}

function Declaration({ storage }: { storage: CompanyCard["storage"][number]["value"] }) {
  const { cookies, maxAgeDays, refreshed, otherThanCookies, items, firstPartyOnly } = storage;
  const said = [
    cookies !== undefined && (cookies ? t("Uses cookies") : t("Uses no cookies")),
    maxAgeDays !== undefined && (maxAgeDays === null ? t("longest life left empty") : t("for at most {life}", { life: life(maxAgeDays) })),
    refreshed !== undefined && (refreshed ? t("renewed at further visits") : t("not renewed at further visits")),
    otherThanCookies !== undefined && (otherThanCookies ? t("and by other means than cookies") : t("by no other means")),
    items !== undefined && tn(items.length, "{n} entry listed one by one", "{n} entries listed one by one"),
    firstPartyOnly === true && t("only those kept under the visited site’s own name"),
  ].filter((words) => words !== false);
  return said.length === 0 ? <NotStated /> : <>{`${said.join(", ")}.`}</>;
}

function Items({ page }: { page: CompanyPage }) {
  const items = page.card.storage.flatMap(({ value }) => value.items ?? []);
  const kinds = { cookie: t("cookie"), web: t("in the browser’s storage"), app: t("in the app’s storage") };
  return (
    <More summary={tn(items.length, "The one entry that is declared", "The {n} entries that are declared")}>
      <Table
        caption={t("Declared entries")}
        columns={[
          { title: t("Name") },
          { title: t("Kind"), width: "narrow" },
          { title: t("Longest life"), width: "narrow" },
          { title: t("TCF purposes"), width: "narrow" },
        ]}
        rows={items
          .slice(0, MOST)
          .map(({ name, type, maxAgeDays, purposes }) => [
            <code>{cut(name, 60)}</code>,
            kinds[type],
            maxAgeDays === undefined || maxAgeDays === null ? <NotStated /> : life(maxAgeDays),
            purposes.length === 0 ? <NotStated /> : list(purposes.map(String), t("and")),
          ])}
      />
      <Rest of={items.length} />
    </More>
  );
}

type NamedCookie = CompanyCard["cookies"][number] & { more: number };

/** A cookie that is set under the names of the visited sites is one row: each of these domains is one site. */
function byName({ cookies, domains }: CompanyCard): NamedCookie[] {
  const known = new Set(domains.map(({ value }) => value));
  const groups = Map.groupBy(cookies, ({ name, domain, days, declaredDays }) => `${name}\n${known.has(domain) ? domain : ""}\n${days}\n${declaredDays}`);
  return [...groups.values()]
    .map((group) => ({ ...group[0]!, sites: group.reduce((sum, { sites }) => sum + sites, 0), more: group.length - 1 }))
    .sort((a, b) => b.sites - a.sites);
}

/** `listed`: whether some declaration names its entries one by one. */
function Cookies({ cookies, listed }: { cookies: NamedCookie[]; listed: boolean }) {
  return (
    <>
      <h3>{t("Cookies that were seen")}</h3>
      <Table
        caption={t("Cookies that were seen, beside their declared life")}
        columns={[
          { title: t("Name") },
          { title: t("Of"), width: "narrow" },
          { title: t("Life as set"), width: "narrow" },
          { title: t("Life as declared"), width: "narrow" },
          { title: t("Kind"), width: "narrow" },
          { title: t("Sites"), width: "number" },
        ]}
        rows={cookies
          .slice(0, MOST)
          .map(({ name, domain, days: seen, declaredDays, category, sites, more }) => [
            <code>{cut(name, 60)}</code>,
            more === 0 ? domain : t("{domain} and {n} more", { domain, n: more }),
            life(seen),
            declaredDays === undefined ? (
              <NotStated>{listed ? t("not among those listed") : t("none listed by name")}</NotStated>
            ) : declaredDays === null ? (
              <NotStated />
            ) : (
              life(declaredDays)
            ),
            category === null ? <NotStated /> : t(category),
            sites,
          ])}
      />
      <Rest of={cookies.length} />
    </>
  );
}

/** How many rows are not shown. */
export function Rest({ of, most = MOST }: { of: number; most?: number }) {
  return of <= most ? null : <p class="note">{tn(of - most, "{n} more is in the data of this page.", "{n} more are in the data of this page.")}</p>;
}
