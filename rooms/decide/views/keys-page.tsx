/** /me/keys: her key, its kit, her copies, and the end of it. An island, as all of it is in the browser. */
import { Page } from "../../../ui/layout.tsx";
import { Command } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import type { PersonPage } from "./props.ts";

export function KeysView({ site }: PersonPage) {
  return (
    <Page
      site={site}
      room="me"
      title={t("My key")}
      description={t("The key of a person on this register: devices, recovery kit, copies, export, erasure.")}
      islands={["keys"]}
      unlisted
      keeps
    >
      <h1>{t("My key")}</h1>
      <p class="lede">
        {tx("One secret, in your hands alone. Whoever runs this register cannot open, copy or replace it. {decide}", {
          decide: <a href={paths.me}>{t("Decide about my data")}</a>,
        })}
      </p>
      <div data-keys="" class="island">
        <noscript>
          <p>{t("This page needs JavaScript: your key is opened in your browser only. Without it, the command line does the same:")}</p>
          <Command>npx freehold key</Command>
        </noscript>
      </div>
    </Page>
  );
}
