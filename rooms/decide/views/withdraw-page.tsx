/** `/withdraw`: for anyone with a withdrawal code. The plainest page; it says what it cannot do without a script, and what does it then. */
import { Command, Part } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import type { Site } from "../../../ui/site.ts";
import { t, tx } from "../../../ui/text.ts";

export function WithdrawPage({ site }: { site: Site }) {
  return (
    <Page
      site={site}
      title={t("Withdraw with a code")}
      description={t("Ends a decision with its withdrawal code: no account, no key, no name.")}
      islands={["withdraw"]}
    >
      <h1>{t("Withdraw with a code")}</h1>
      <p class="lede">{t("Whoever has the withdrawal code of a decision can end it here. No account, no key and no name is needed, and no reason.")}</p>
      <Part id="code" title={t("The code")}>
        <div data-withdraw="">
          <noscript>
            <p>
              {t(
                "Without a script this page cannot check the code for typing mistakes, nor verify that the register has logged the withdrawal. So it does not take the code. These do:",
              )}
            </p>
          </noscript>
        </div>
      </Part>
      <Part id="without" title={t("Without this page")}>
        <p>{t("The command line checks the code, gives it to the register and verifies the answer. It asks for the code, so that no shell keeps it:")}</p>
        <Command>{`npx freehold withdraw --register ${site.url}`}</Command>
        <p>
          {tx("Any program can post it: to {address}, as the 34 bytes 01 02 and the 32 bytes of the code’s secret, with the content type {type}.", {
            address: <code>{`${site.url}/v1/entries`}</code>,
            type: <code>application/octet-stream</code>,
          })}
        </p>
        <p>
          {tx("The company takes the code itself: at the address {withdraw} of its claim, as {body}.", {
            withdraw: <code>withdraw</code>,
            body: <code>{'{"code":"…"}'}</code>,
          })}
        </p>
        <p>{t("And where neither answers, the contract on the chain does. One of the three is enough:")}</p>
        <Command>npx freehold withdraw --on-chain --rpc NODE</Command>
      </Part>
    </Page>
  );
}
