/** /methodology: how signals are read, with the method's own numbers, an example, the limits, and how an answer is contested. */
import { Caution, CodeBlock, Fields, Hash, More, NotStated, Part, Table, figure } from "../../../ui/kit.tsx";
import { list } from "../../../ui/format.ts";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import { indicatorIds } from "../signals-schema.ts";
import type { Method } from "../signals-schema.ts";
import { Range, percent } from "./distribution.tsx";
import type { MethodologyPage } from "./props.ts";
import { bandBounds, bandInWords, bandName, signalName, signalQuestion, signalRule } from "./signal-words.ts";
import { correctionLink } from "./words.ts";

export function MethodologyView(page: MethodologyPage) {
  const { site, method } = page;
  return (
    <Page
      site={site}
      title={t("How signals are read")}
      description={t(
        "The method by which this register reads signals in published declarations and observations: rules, thresholds, weights, an example, limits.",
      )}
    >
      <h1>{t("How signals are read")}</h1>
      <div class="lede">
        <p>
          {t(
            "Some of what organisations publish, and some of what can be seen of them, shows how far they leave people in charge of their own data. This register reads nine such signals in published declarations and observations, by one method for all. It does not say what is lawful, it ranks nobody, and it does not judge what nobody publishes.",
          )}
        </p>
      </div>
      <Rules method={method} />
      <Bands method={method} />
      <Example page={page} />
      <Part id="limits" title={t("Limits")}>
        <ul>
          <li>
            {t(
              "A declaration is what an organisation says. Who declares little reads well, whether or not it is so; who declares with care may read worse than who does not.",
            )}
          </li>
          <li>
            {t(
              "Most signals are asked for by one framework, of advertising technology. Others are not worse for not being asked: for them these signals do not apply.",
            )}
          </li>
          <li>{t("Sources are of different days; each answer names its own. Records older than a year are marked.")}</li>
          <li>
            {t(
              "Thresholds, weights and the choice of signals are design choices. That is why each answer is shown, why the band has an interval, and why the method can be replaced.",
            )}
          </li>
          <li>{t("A number of third parties says nothing of what they do, and nothing of what a site itself does with the data of its visitors.")}</li>
        </ul>
      </Part>
      <Part id="findings" title={t("Named findings")}>
        <p>
          {t(
            "That requests reached an organisation after a visitor had refused is said by name only where it was seen in three visits or more, on two days or more, and at the last of them; a person has checked a screenshot; and the organisation was told at least 14 days before. All visits of half a year in which the refusal took are counted, those too that met nothing. Its reply stands beside it, and it is marked as disputed where it is contested. The words are what was seen, with dates and places.",
          )}
        </p>
      </Part>
      <Contest page={page} />
      <Data page={page} />
    </Page>
  );
}

function Rules({ method }: { method: Method }) {
  return (
    <Part id="rules" title={t("From facts to an answer")}>
      <p>
        {t(
          "Each signal is a number from 0 to 100 by a rule, or not known. Of several sources the newest that answers is read. What no source says gives no answer: never a low one.",
        )}
      </p>
      <Table
        caption={t("Signals, their rules and their weights")}
        columns={[{ title: t("Signal") }, { title: t("Rule") }, { title: t("Weight"), width: "number" }]}
        rows={indicatorIds.map((id) => [
          <span id={`signal-${id}`}>
            {signalName(id)}
            <span class="cell-note">{signalQuestion(id)}</span>
          </span>,
          signalRule(id, method),
          method.weights[id] === 0 ? t("shown, not counted") : figure(method.weights[id]),
        ])}
      />
      <p class="note">
        {t(
          "The first five are asked of vendors under IAB Europe’s Transparency and Consent Framework, who declare under a contract and may be held to it. Leaving and requests are known where volunteers or a registry looked; own sites where a source counted.",
        )}
      </p>
    </Part>
  );
}

function Bands({ method }: { method: Method }) {
  const { bands, coverage, weightings, tail, contradiction } = method;
  return (
    <Part id="bands" title={t("From answers to a band")}>
      <ol>
        <li>
          {t(
            "A signal applies to an organisation where some source speaks of such things for organisations of its kind. Of the weight of the signals that apply, at least {share} must be answered, by two signals or more: else there is no band.",
            { share: percent(coverage) },
          )}
        </li>
        <li>{t("The score is the mean of the answers by weight. What is not known is left out, as if it did not apply.")}</li>
        <li>
          {t("There are {n} bands: {bands}. A higher band means that more of what is known leaves the choice with people.", {
            n: bands.length + 1,
            bands: list(
              Array.from({ length: bands.length + 1 }, (_, i) => t("{n} {bounds}", { n: i + 1, bounds: bandBounds(i, bands) })),
              t("and"),
            ),
          })}
        </li>
        <li>
          {t(
            "The same mean is taken under {n} other weightings, drawn evenly from all there are by a fixed generator, so that everybody draws the same. The band is shown with those between which it then lies, {share} left out at either end.",
            {
              n: figure(weightings),
              share: percent(tail),
            },
          )}
        </li>
        <li>
          {t(
            "Where a declaration and an observation differ, the band goes no higher than {band}. That is so only where a cookie was seen on somebody else’s site that the declaration excludes, its domain is the organisation’s own or given beside its vendor id, and both facts lie within {n} days of each other.",
            {
              band: bandName(contradiction.band, bands),
              n: contradiction.days,
            },
          )}
        </li>
      </ol>
    </Part>
  );
}

function Example({ page: { method, example } }: { page: MethodologyPage }) {
  if (example === null || example.signals.band === null) {
    return (
      <Part id="example" title={t("An example")}>
        <p>{t("No organisation in this register has a band yet.")}</p>
      </Part>
    );
  }
  const { card, signals } = example;
  const band = example.signals.band;
  const asked = signals.answers.filter(({ applies, weight }) => applies && weight > 0);
  const known = asked.filter(({ score }) => score !== null);
  const weightOf = (answers: typeof asked) => answers.reduce((sum, { weight }) => sum + weight, 0);
  const words = bandInWords(band);
  return (
    <Part id="example" title={t("An example")} note={<a href={`${paths.company(card.id)}#signals`}>{card.name}</a>}>
      <p>{t("{name}, chosen because most of its signals are known, as this register reads it today:", { name: card.name })}</p>
      <Table
        caption={t("The answers of the example")}
        columns={[{ title: t("Signal") }, { title: t("What is known") }, { title: t("Answer"), width: "number" }, { title: t("Weight"), width: "number" }]}
        rows={asked.map(({ id, words: found, score, weight }) => [
          signalName(id),
          found,
          score === null ? <NotStated>{t("not known")}</NotStated> : figure(score),
          figure(weight),
        ])}
      />
      <Fields
        fields={[
          {
            name: t("Coverage"),
            value: t("{known} of {all} by weight: {share}, at least {least} are needed", {
              known: weightOf(known),
              all: weightOf(asked),
              share: percent(signals.coverage),
              least: percent(method.coverage),
            }),
          },
          {
            name: t("Score"),
            value: t("({sum}) / {weight} = {score}", {
              sum: known.map(({ weight, score }) => (weight === 1 ? figure(score!) : `${figure(weight)} × ${figure(score!)}`)).join(" + "),
              weight: weightOf(known),
              score: figure(band.score),
            }),
          },
          {
            name: t("Band"),
            value: <Range label={words} bands={band.bounds.length + 1} at={band.at} low={band.low} high={band.high} />,
            note: `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`,
          },
        ]}
      />
    </Part>
  );
}

function Contest({ page: { corrections, method } }: { page: MethodologyPage }) {
  return (
    <Part id="contest" title={t("How to contest")}>
      <p>
        {t(
          "Each answer on the page of an organisation has a link by which it is contested. A wrong record is corrected at its source, or withheld; a wrong reading is mended for all. The method itself can be contested too.",
        )}
      </p>
      {corrections === null ? (
        <Caution>
          <p>{t("Whoever runs this copy has named no address for corrections: it is no public register, and must not be used as one.")}</p>
        </Caution>
      ) : (
        <p>
          <a href={correctionLink(corrections, t("Contested: method {version} of signals", { version: method.version }))}>{t("Contest the method")}</a>
        </p>
      )}
    </Part>
  );
}

function Data({ page: { method, publication } }: { page: MethodologyPage }) {
  return (
    <Part id="method" title={t("The method as data")}>
      <p>
        {publication === null
          ? t("Version {version} came with the program. A later one is published in the log, and then holds from there on.", { version: method.version })
          : tx("Version {version} is {publication}, {place}.", {
              version: method.version,
              publication: (
                <a href={paths.document(publication.sha256)}>
                  <Hash value={publication.sha256} short />
                </a>
              ),
              place:
                publication.index === null ? (
                  t("awaiting the log")
                ) : (
                  <a href={paths.entry(publication.index)}>{t("entry {index}", { index: publication.index })}</a>
                ),
            })}
      </p>
      <More summary={t("In full")}>
        <CodeBlock label={t("The method as JSON")}>{JSON.stringify(method, null, 2)}</CodeBlock>
      </More>
    </Part>
  );
}
