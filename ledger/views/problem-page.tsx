/** What a person sees where there is nothing, or something went wrong. */
import { Fields, Part } from "../../ui/kit.tsx";
import { Page } from "../../ui/layout.tsx";
import { paths } from "../../ui/paths.ts";
import type { ProblemPage } from "./props.ts";
import { SearchForm } from "./search-form.tsx";

export function ProblemView({ site, status, title, detail, code }: ProblemPage) {
  return (
    <Page site={site} title={title} description={detail} unlisted>
      <h1>{title}</h1>
      <div class="lede">
        <p>{detail}</p>
        <p>
          {status >= 500 ? "This is a fault of the register, not yours. Entries that it has acknowledged are safe. Try again in a moment, or go to " : "Go to "}
          <a href={paths.companies}>the organisations</a> or <a href={paths.log}>the log</a>.
        </p>
      </div>
      {status === 404 && (
        <Part id="search" title="Find an entry">
          <SearchForm />
        </Part>
      )}
      <Part id="details" title="For a report">
        <Fields fields={[{ name: "Status", value: String(status) }, ...(code === undefined ? [] : [{ name: "Code", value: <code>{code}</code> }])]} />
      </Part>
    </Page>
  );
}
