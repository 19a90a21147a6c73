/** The signals of an organisation: answers with their rule and evidence, what they come to, and how each is contested. */
import { Caution, Day, More, NotStated, Part, Table } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { Finding, IndicatorAnswer, Signals } from "../signals-schema.ts";
import { Citation } from "./citation.tsx";
import { Range, Score, percent } from "./distribution.tsx";
import type { CompanyPage } from "./props.ts";
import { bandBounds, bandInWords, signalName, signalQuestion } from "./signal-words.ts";
import { correctionLink } from "./words.ts";

export function SignalsPart({ page }: { page: CompanyPage }) {
  const { signals, findings = [] } = page;
  if (signals === null || signals === undefined) return null;
  const asked = signals.answers.filter(({ applies }) => applies);
  const others = signals.answers.filter(({ applies }) => !applies);
  return (
    <Part id="signals" title={t("Signals")} note={<a href={paths.methodology}>{t("Method {version}", { version: signals.method })}</a>}>
      <p>
        {t(
          "Signals of awareness of data sovereignty in published declarations and observations: a reading by a fixed method, of what is known here. It says nothing of what is lawful, nor of what nobody publishes.",
        )}
      </p>
      {asked.length === 0 ? (
        <p>{t("None can be read: no source that was read speaks of such things for this organisation.")}</p>
      ) : (
        <>
          {asked.some(({ weight }) => weight > 0) && <BandOf signals={signals} asked={asked} />}
          <Answers answers={asked} page={page} caption={t("Signals that apply")} />
        </>
      )}
      {signals.contradictions.length > 0 && (
        <>
          <h3>{t("Where a declaration and an observation differ")}</h3>
          <ul class="plain ruled">
            {signals.contradictions.slice(0, 10).map(({ words, declared, observed }, i) => (
              <li key={i}>
                {words}{" "}
                <span class="cell-note">
                  <a href={`#record-${declared}`}>{t("Declaration")}</a>, <a href={`#record-${observed}`}>{t("scan")}</a>. <Contest page={page} of={words} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <Findings findings={findings} page={page} />
      {others.length > 0 && (
        <More summary={tn(others.length, "{n} signal that does not apply, or is not used", "{n} signals that do not apply, or are not used")}>
          <Answers answers={others} page={page} caption={t("Signals that do not apply")} />
        </More>
      )}
    </Part>
  );
}

function BandOf({ signals: { band, coverage }, asked }: { signals: Signals; asked: readonly IndicatorAnswer[] }) {
  const weighed = asked.filter(({ weight }) => weight > 0);
  const known = weighed.filter(({ score }) => score !== null).length;
  const counted = t("{n} of {m} signals that count have an answer, {share} by weight", { n: known, m: weighed.length, share: percent(coverage) });
  if (band === null) return <p>{t("{counted}: too little for a band.", { counted })}</p>;
  const words = bandInWords(band);
  return (
    <div class="band">
      <Range label={words} bands={band.bounds.length + 1} at={band.at} low={band.low} high={band.high} />
      <p>
        {words.slice(0, 1).toUpperCase() + words.slice(1)}.{" "}
        {t("The mean of its answers is {score} of 100; the band goes {bounds}.", { score: Math.round(band.score), bounds: bandBounds(band.at, band.bounds) })}{" "}
        {counted}.
      </p>
    </div>
  );
}

function Answers({ answers, page, caption }: { answers: readonly IndicatorAnswer[]; page: CompanyPage; caption: string }) {
  return (
    <Table
      caption={caption}
      columns={[{ title: t("Signal") }, { title: t("What is known") }, { title: t("0 to 100"), width: "narrow" }, { title: t("Wrong?"), width: "narrow" }]}
      rows={answers.map((answer) => [
        <>
          {signalName(answer.id)}
          <span class="cell-note">{signalQuestion(answer.id)}</span>
        </>,
        <Known answer={answer} page={page} />,
        answer.score === null ? (
          <NotStated>{answer.applies ? t("not known") : t("none")}</NotStated>
        ) : (
          <>
            <Score value={answer.score} />
            {answer.weight === 0 && <span class="cell-note">{t("not counted")}</span>}
          </>
        ),
        <Contest page={page} of={signalName(answer.id)} />,
      ])}
    />
  );
}

function Known({ answer: { words, records, site, inferred }, page: { card, sources, today } }: { answer: IndicatorAnswer; page: CompanyPage }) {
  return (
    <>
      {words}
      {inferred === true && <em> {t("Inferred.")}</em>}
      <span class="cell-note">
        {site === undefined ? (
          records.length > 0 && <Citation records={records} card={card} sources={sources} today={today} />
        ) : (
          <a href={`${paths.site(site)}#record-${records[0]!}`}>{t("Counts of {site}", { site })}</a>
        )}
      </span>
    </>
  );
}

/** Findings that passed the rule: what was seen, since when the organisation knows, what it says to it. */
function Findings({ findings, page }: { findings: readonly Finding[]; page: CompanyPage }) {
  if (findings.length === 0) return null;
  return (
    <>
      <h3>{t("Seen after a refusal")}</h3>
      {findings.map(({ site, words, reviews, noticeGiven, reply, disputed }) => (
        <Caution key={site}>
          <p>
            {disputed && <strong class="disputed">{t("Disputed by the organisation.")} </strong>}
            {words} <a href={paths.site(site)}>{t("The visits")}</a>,{" "}
            {reviews.map((sha256, i) => (
              <span key={sha256}>
                {i > 0 && ", "}
                <a href={paths.document(sha256)}>{t("review")}</a>
              </span>
            ))}
            .
          </p>
          <p>
            {tx("It was told on {day}.", { day: <Day on={noticeGiven} /> })}{" "}
            {reply === null ? t("It has not replied.") : tx("It replied on {day}:", { day: <Day on={reply.on} /> })}
          </p>
          {reply !== null && <blockquote dir="auto">{reply.words}</blockquote>}
          <p class="note">
            <Contest page={page} of={words} />
          </p>
        </Caution>
      ))}
    </>
  );
}

/** Nothing where no address is set: the page says so once. */
function Contest({ page: { card, corrections }, of }: { page: CompanyPage; of: string }) {
  if (corrections === null) return <a href="#correct">{t("Contest")}</a>;
  const subject = t("Contested: {what}, {name} ({id})", { what: of.slice(0, 120), name: card.name, id: card.id });
  return (
    <a href={correctionLink(corrections, subject)} aria-label={t("Contest: {what}", { what: of.slice(0, 120) })}>
      {t("Contest")}
    </a>
  );
}
