/** /privacy/impact: the impact assessment (Art. 35 GDPR). Each row says what remains, and leads to the tests that show what is done. */
import { Caution, Day, Fields, Part } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import { addressOf } from "./privacy-page.tsx";
import type { ImpactPage, ImpactPart, ImpactRow } from "./props.ts";

const parts = (): readonly (readonly [part: ImpactPart, title: string])[] => [
  ["content", t("What is stored says too much")],
  ["linking", t("A person is recognised")],
  ["power", t("Who runs the register misuses it")],
  ["keys", t("Keys and devices")],
  ["company", t("A company does not obey")],
  ["map", t("Those named in the map")],
  ["children", t("Children and guardians")],
  ["outage", t("Something fails")],
];

export function ImpactView({ site, host, revised, rows }: ImpactPage) {
  const tests = new Set(rows.flatMap((row) => row.tests.map(({ file, name }) => `${file} ${name}`))).size;
  return (
    <Page
      site={site}
      title={t("Impact assessment")}
      description={t("The data protection impact assessment of this register: risks for people, what is done, what remains, and the tests that show it.")}
    >
      <p class="trail">
        <a href={paths.privacy}>{t("Privacy")}</a>
      </p>
      <h1>{t("Impact assessment")}</h1>
      <p class="lede">
        {tn(
          rows.length,
          "{n} risk for people, what is done against it, and what remains.",
          "{n} risks for people, what is done against them, and what remains.",
        )}{" "}
        {tn(tests, "{n} test shows it, and can be read here.", "{n} tests show it, and can be read here.")}
      </p>
      <p class="note">
        {tx("Art. 35 GDPR. Last changed on {day}.", { day: <Day on={revised} /> })}{" "}
        {host === null
          ? t("Of the program, not of a host: whoever runs it in public completes it for the own place, staff and proxies.")
          : tx("Host: {name}, {contact}.", { name: host.name, contact: <a href={host.contact}>{addressOf(host.contact)}</a> })}
      </p>
      <Part id="purpose" title={t("What is done, and why it must be")}>
        <p>
          {t(
            "A person decides who may use her data, and keeps a proof that depends on nobody’s good will. For this a public log is needed: a database of one operator would make her trust him.",
          )}
        </p>
        <p>
          {t(
            "What stands in public is the least with which this works: a sealed commitment, a lock, a root on a chain. No name, key, time, organisation or purpose.",
          )}
        </p>
        <p>{t("No authority has said that such entries are anonymous. We treat them as personal data for whoever holds the opening.")}</p>
      </Part>
      {parts().map(([part, title]) => {
        const of = rows.filter((row) => row.part === part);
        return (
          of.length > 0 && (
            <Part key={part} id={part} title={title}>
              {of.map((row) => (
                <Risk key={row.id} row={row} />
              ))}
            </Part>
          )
        );
      })}
      <Part id="verdict" title={t("Verdict")}>
        <p>
          {t(
            "What remains is traffic data that a dishonest host could write down, and companies that ignore what they know. Neither is high for most people. For somebody who is followed by a host or a state, the first is: such a person uses the program, a network that hides her address, and hours between entries.",
          )}
        </p>
        <Caution>
          <p>{t("A test shows that something holds for the cases that it tries. It is no certificate, and nobody from outside has audited this yet.")}</p>
        </Caution>
      </Part>
    </Page>
  );
}

function Risk({ row: { id, risk, measure, remains, tests } }: { row: ImpactRow }) {
  return (
    <article class="impact" aria-labelledby={`risk-${id}`}>
      <h3 id={`risk-${id}`}>{t(risk)}</h3>
      <Fields
        fields={[
          { name: t("What is done"), value: t(measure) },
          { name: t("What remains"), value: t(remains) },
          {
            name: t("Shown by"),
            value:
              tests.length === 0 ? (
                <span class="unknown">{t("no test: a limit")}</span>
              ) : (
                <ul class="impact-tests" lang="en">
                  {tests.map(({ file, name }) => (
                    <li key={`${file} ${name}`}>
                      <a href={paths.impactTest(file)}>{name}</a> <span class="note">{file}</span>
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
    </article>
  );
}
