/** Why these records are one organisation, and which ones are not. */
import { Part } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import { Citation } from "./citation.tsx";
import type { CompanyPage } from "./props.ts";
import { Rest } from "./storage.tsx";

const MOST = 30;

export function JoinPart({ page: { card, sources } }: { page: CompanyPage }) {
  const { records, related, domains } = card;
  const current = records.filter(({ current: now }) => now);
  const contradictions = domains.flatMap(({ value, contradictedBy }) => contradictedBy.map((by) => ({ domain: value, ...by })));
  return (
    <Part id="join" title={t("How it was joined")}>
      <p>{t("This page is derived: it joins what several sources say of what seems to be one organisation. Each record, and why it was joined:")}</p>
      <ol class="plain ruled">
        {current.slice(0, MOST).map(({ id, link }) => (
          <li key={id}>
            <Citation records={[id]} card={card} sources={sources} />: {t(link.words)}
            {link.corroboratedBy.length > 0 && <span class="cell-note">{t("Agrees as well: {what}.", { what: link.corroboratedBy.join("; ") })}</span>}
          </li>
        ))}
      </ol>
      <Rest of={current.length} most={MOST} />
      {contradictions.length > 0 && (
        <>
          <h3>{t("Contradictions")}</h3>
          <ul class="plain ruled">
            {contradictions.slice(0, MOST).map(({ domain, organisation, record }, i) => (
              <li key={i}>
                {tx("{domain} is filed under {other} by another record. What is seen on a domain is laid at the door of the one who holds it.", {
                  domain: <code>{domain}</code>,
                  other: <a href={`${paths.company(organisation)}#record-${record}`}>{organisation}</a>,
                })}
              </li>
            ))}
          </ul>
        </>
      )}
      {related.length > 0 && (
        <>
          <h3>{t("Alike, and not joined")}</h3>
          <ul class="plain ruled">
            {related.slice(0, MOST).map(({ id, name, words }) => (
              <li key={id}>
                <a href={paths.company(id)}>{name}</a>: {t(words)}
              </li>
            ))}
          </ul>
          <Rest of={related.length} most={MOST} />
        </>
      )}
    </Part>
  );
}
