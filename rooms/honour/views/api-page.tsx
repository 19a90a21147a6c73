/** /developers/api: the OpenAPI document of the running register, to read. */
import { CodeBlock, More, Part, Table } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import type { ApiPage, Operation } from "./props.ts";

/** The groups of the reference (reference.ts), in the language of the page. */
const subjectNames = (): { readonly [name: string]: string } => ({
  Entries: t("Entries"),
  Locks: t("Locks"),
  Anchors: t("Anchors"),
  "Organisations in shards": t("Organisations in shards"),
  Backups: t("Backups"),
  Claims: t("Claims"),
  Notices: t("Notices"),
  "Companies that joined": t("Companies that joined"),
  "Mailboxes and webhooks": t("Mailboxes and webhooks"),
  "The map": t("The map"),
});

export function ApiView({ site, reference: { groups, shapes, version } }: ApiPage) {
  const subjects = subjectNames();
  return (
    <Page site={site} title={t("API reference")} description={t("Every request that this register answers, with parameters, answers, errors and an example.")}>
      <p class="trail">
        <a href={paths.developers}>{t("For companies")}</a>
      </p>
      <h1>{t("API reference")}</h1>
      <p class="lede">
        {tx(
          "Made from {document}, the document of this running register (version {version}). Reading needs no account, from any origin. What is described in words is English.",
          {
            document: <a href={paths.api}>/openapi.json</a>,
            version,
          },
        )}
      </p>
      <nav aria-label={t("Requests by subject")}>
        <ul class="api-index" lang="en">
          {groups.map(({ name, operations }) => (
            <li key={name}>
              <a href={`#${idOf(name)}`}>{name}</a> <span class="note">{operations.length}</span>
            </li>
          ))}
          <li>
            <a href="#shapes">{t("Shapes")}</a> <span class="note">{shapes.length}</span>
          </li>
        </ul>
      </nav>

      <Part id="errors" title={t("Errors")}>
        <p>
          {tx(
            "An error is a problem (RFC 9457), {media}. Its {code} is stable and meant for programs; its {detail} is a sentence for people, says what is allowed, and may change.",
            {
              media: <code>application/problem+json</code>,
              code: <code>code</code>,
              detail: <code>detail</code>,
            },
          )}
        </p>
        <CodeBlock label={t("A problem")}>
          {JSON.stringify(
            {
              type: "/problems/index_unknown",
              title: "Index unknown",
              status: 404,
              detail: "The published log has 4,102 entries, numbered from 0.",
              code: "index_unknown",
            },
            null,
            2,
          )}
        </CodeBlock>
        <p>{tx("429 and 503 may say in {header} when to come back. Repeating a request never does a thing twice.", { header: <code>retry-after</code> })}</p>
      </Part>

      {groups.map(({ name, operations }) => (
        <Part key={name} id={idOf(name)} title={subjects[name] ?? name}>
          {operations.map((operation) => (
            <OperationView key={operation.id} operation={operation} />
          ))}
        </Part>
      ))}

      <Part id="shapes" title={t("Shapes")}>
        {shapes.length === 0 && <p class="unknown">{t("The document names none.")}</p>}
        {shapes.map(({ name, type, description }) => (
          <div class="shape" key={name} lang="en">
            <h3 id={`shape-${name}`}>{name}</h3>
            {description !== "" && <p class="note">{description}</p>}
            <CodeBlock label={name}>{type}</CodeBlock>
          </div>
        ))}
      </Part>
    </Page>
  );
}

function OperationView({ operation: { id, method, path, summary, description, parameters, bodies, responses, example } }: { operation: Operation }) {
  return (
    <article class="operation" aria-labelledby={id} lang="en">
      <h3 id={id}>
        <code>
          {method} {path}
        </code>
      </h3>
      {summary !== "" && <p>{summary}</p>}
      {description !== "" && <p class="note">{description}</p>}
      {parameters.length > 0 && (
        <Table
          caption={`Parameters of ${method} ${path}`}
          columns={[{ title: "Parameter", width: "narrow" }, { title: "In", width: "narrow" }, { title: "Type" }, { title: "Meaning" }]}
          rows={parameters.map((one) => [
            <code>
              {one.name}
              {one.required ? "" : "?"}
            </code>,
            one.in,
            <code>{one.type}</code>,
            one.description,
          ])}
        />
      )}
      {bodies.length > 0 && (
        <Table
          caption={`Body of ${method} ${path}`}
          columns={[{ title: "Body", width: "narrow" }, { title: "Shape" }]}
          rows={bodies.map(({ media, type }) => [<code>{media}</code>, <code>{type}</code>])}
        />
      )}
      <Table
        caption={`Answers of ${method} ${path}`}
        columns={[{ title: "Answer", width: "narrow" }, { title: "Meaning" }, { title: "Shape" }]}
        rows={responses.map((one) => [one.status, one.description, one.type === "" ? "" : <code>{one.type}</code>])}
      />
      <More summary="Example">
        <CodeBlock label={`Example of ${method} ${path}`}>{example}</CodeBlock>
      </More>
    </article>
  );
}

function idOf(name: string): string {
  return `api-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}
