/** `/me/decisions`: what she has decided, what became of it, and what is due. All of it is in her browser. */
import { Command } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import type { Site } from "../../../ui/site.ts";
import { t } from "../../../ui/text.ts";

export function DecisionsPage({ site }: { site: Site }) {
  return (
    <Page
      site={site}
      title={t("My decisions")}
      description={t("What you allowed, refused and asked for, and what became of it.")}
      islands={["decisions"]}
      unlisted
    >
      <h1>{t("My decisions")}</h1>
      <div data-decisions="">
        <noscript>
          <p>
            {t(
              "Your decisions are kept in this browser, and only a script can read them. Without one, the command line lists those of an exported file, and a withdrawal code ends any of them:",
            )}
          </p>
          <Command>npx freehold list freehold-decisions.json</Command>
          <p>
            <a href="/withdraw">{t("Withdraw with a code")}</a>
          </p>
        </noscript>
      </div>
    </Page>
  );
}
