/** /developers/playground: a history, a question, and why `check` answers what it answers. The island plays; the table is complete without it. */
import { checkReasons } from "@freehold/protocol/check";
import { Mark, Part, Table } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import { examples } from "./playground-examples.ts";
import { judge, writePlay } from "./playground.ts";
import { conditions, nameOf } from "./playground-words.ts";
import type { HonourPage } from "./props.ts";

export function PlaygroundView({ site }: HonourPage) {
  const words = conditions();
  return (
    <Page
      site={site}
      title={t("Playground")}
      description={t("Make up a history of decisions and see why a check answers what it answers, condition by condition.")}
      islands={["playground"]}
    >
      <p class="trail">
        <a href={paths.developers}>{t("For companies")}</a>
      </p>
      <h1>{t("Why is it allowed, or not?")}</h1>
      <p class="lede">
        {t(
          "Make up what a desk knows of one customer, ask, and see which condition decides. The rule runs in your browser; nothing is sent. The history stands in the address of this page: a link to it is a link to the answer.",
        )}
      </p>
      <noscript>
        <p>{t("Playing needs a script, and your browser runs none here. The table below shows the answers of the rule all the same.")}</p>
      </noscript>
      <div data-playground hidden />
      <Part id="examples" title={t("Examples")} note={<span class="note">{t("the table of spec/checking.md")}</span>}>
        <p>{t("A number is the place in the log, b is what she had looked at when she signed. Choose one to load it.")}</p>
        <Table
          caption={t("Examples: histories, and what the rule answers")}
          columns={[{ title: t("History") }, { title: t("Asked") }, { title: t("Answer"), width: "narrow" }]}
          rows={Object.entries(examples).map(([row, play]) => {
            const [history, asked] = row.split(" | ");
            const { answer, blocker } = judge(play);
            return [
              <a href={`#${writePlay(play)}`} lang="en">
                {history}
              </a>,
              asked === "covered" ? t("something that it covers") : <span lang="en">{asked}</span>,
              <Mark kind={answer.allowed ? "holds" : "fails"}>
                {answer.allowed ? t("allowed") : <code>{answer.reason}</code>}
                {blocker !== null && ` ${t("by {decision}", { decision: nameOf(play.decisions[blocker]!) })}`}
              </Mark>,
            ];
          })}
        />
      </Part>
      <Part id="rule" title={t("The rule")}>
        <p>
          {t(
            "A grant allows what is asked if all eight hold, in this order. One grant that allows is enough. The answer names the grant that came furthest, and the first condition that it does not meet.",
          )}
        </p>
        <ol class="rule">
          {checkReasons.map((reason) => (
            <li key={reason}>
              {words[reason]} <code>{reason}</code>
            </li>
          ))}
        </ol>
        <p>
          {t(
            "Against a grant speak refusals and objections, also those that were withdrawn since, and other grants that ended or expired, as far as they overlap what is asked.",
          )}
        </p>
        <p>{tx("The SDK asks the same rule in process: {quick}.", { quick: <a href={`${paths.developers}#quick-start`}>{t("quick start")}</a> })}</p>
        <p class="note">{t("Not allowed means: not on consent. Another legal basis is yours to state.")}</p>
      </Part>
    </Page>
  );
}
