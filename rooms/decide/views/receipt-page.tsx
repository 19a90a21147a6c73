/** `/receipt`, for anyone who was given one, and `/me/receipts`, for her own. What they show is made in the browser: the server sees no receipt. */
import { Command, Part } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import type { Site } from "../../../ui/site.ts";
import { t } from "../../../ui/text.ts";

export function ReceiptPage({ site }: { site: Site }) {
  return (
    <Page site={site} title={t("Check a receipt")} description={t("Verifies a receipt of a decision in your own browser, step by step.")} islands={["receipt"]}>
      <h1>{t("Check a receipt")}</h1>
      <p class="lede">
        {t(
          "A receipt is a file that proves one decision of one person towards one organisation. It is verified in this browser: neither the file nor what stands in it is sent anywhere.",
        )}
      </p>
      <Part id="receipt" title={t("The receipt")}>
        <div data-receipt="">
          <noscript>
            <p>{t("This page verifies by a script, and your browser runs none here. The command line does the same:")}</p>
            <Command>npx freehold verify receipt.json</Command>
          </noscript>
        </div>
      </Part>
      <Part id="proves" title={t("What it proves")}>
        <p>
          {t(
            "That these words were signed by the holder of this key, that they are in a log which only grows, in what order, and whether they had ended. It does not prove who the holder is, that she understood, or that the company obeyed.",
          )}
        </p>
      </Part>
    </Page>
  );
}

export function ReceiptsPage({ site }: { site: Site }) {
  return (
    <Page site={site} title={t("My receipts")} description={t("The receipts of your decisions, from this browser.")} islands={["receipt"]} unlisted>
      <h1>{t("My receipts")}</h1>
      <p class="lede">
        {t(
          "One receipt for each decision: a page, a file, a link. They are made here from what this browser keeps and what the register publishes for everyone.",
        )}
      </p>
      <div data-receipts="">
        <noscript>
          <p>{t("Your decisions are kept in this browser, and only a script can read them. The command line lists those of an exported file:")}</p>
          <Command>npx freehold list freehold-decisions.json</Command>
        </noscript>
      </div>
    </Page>
  );
}
