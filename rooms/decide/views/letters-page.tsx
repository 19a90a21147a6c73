/** `/me/letters`: letters to organisations that have not joined. Composed in her browser; the register sees none of them. */
import { Page } from "../../../ui/layout.tsx";
import type { Site } from "../../../ui/site.ts";
import { t } from "../../../ui/text.ts";

export function LettersPage({ site }: { site: Site }) {
  return (
    <Page site={site} title={t("My letters")} description={t("Letters that go with your decisions, and what follows them.")} islands={["letters"]} unlisted>
      <h1>{t("My letters")}</h1>
      <p class="lede">
        {t(
          "A letter brings a decision to an organisation that takes none by machine. It is composed here, and you send it yourself: this register sees neither the letter nor your address.",
        )}
      </p>
      <div data-letters="">
        <noscript>
          <p>{t("The letters are made from what this browser keeps, by a script, and your browser runs none here.")}</p>
        </noscript>
      </div>
    </Page>
  );
}
