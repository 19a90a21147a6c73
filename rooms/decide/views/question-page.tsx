/** `/me/decide`: one question of one company, which stands behind the sign # of the address. The server sees neither question nor answer. */
import { Page } from "../../../ui/layout.tsx";
import type { Site } from "../../../ui/site.ts";
import { t } from "../../../ui/text.ts";

export function QuestionPage({ site }: { site: Site }) {
  return (
    <Page site={site} title={t("Decide")} description={t("A company asks; you allow or refuse, with two equal buttons.")} islands={["question"]} unlisted>
      <h1>{t("Decide")}</h1>
      <div data-question="">
        <noscript>
          <p>
            {t(
              "To answer here, a script must read the question and sign your answer with your key. Your browser runs none. Not answering is no consent: the company may do nothing on the ground of consent until you allow it.",
            )}
          </p>
        </noscript>
      </div>
    </Page>
  );
}
