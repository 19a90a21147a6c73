/** /me: one sitting. The page is an island; without script it says what can be done without. */
import { paths } from "../../../ui/paths.ts";
import { Page } from "../../../ui/layout.tsx";
import { Command } from "../../../ui/kit.tsx";
import { t, tx } from "../../../ui/text.ts";
import type { PersonPage } from "./props.ts";

export function MeView({ site }: PersonPage) {
  return (
    <Page
      site={site}
      room="me"
      title={t("Decide about my data")}
      description={t("Withdraw consent, object or refuse, towards one organisation or hundreds, in one sitting, with a receipt for each.")}
      islands={["me"]}
      keeps
    >
      <h1>{t("Decide about my data")}</h1>
      <p class="lede">
        {t("Withdraw consent, object or refuse, towards one organisation or hundreds, with one gesture, and a receipt for each. No account, no name.")}
      </p>
      <div data-me="" class="island">
        <noscript>
          <p>
            {t(
              "This page needs JavaScript: your key and your texts are made in your browser, so that they stay there. Without it, the command line does the same:",
            )}
          </p>
          <Command>{`npx freehold refuse --register ${site.url} CONTROLLER`}</Command>
          <p>{tx("What is known of organisations can be read without: {companies}.", { companies: <a href={paths.companies}>{t("Companies")}</a> })}</p>
        </noscript>
      </div>
    </Page>
  );
}
