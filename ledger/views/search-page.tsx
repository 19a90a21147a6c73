/** /log?q=…: what a search found where that is not one entry. */
import { formatCount, plural } from "../../ui/format.ts";
import { Caution, Claimed, Command, Fields, Hash, Mark, Part, Table } from "../../ui/kit.tsx";
import { Page } from "../../ui/layout.tsx";
import { paths } from "../../ui/paths.ts";
import { EntryLink } from "./entry-link.tsx";
import type { SearchPage } from "./props.ts";
import { SearchForm } from "./search-form.tsx";

export function SearchView({ site, query, result }: SearchPage) {
  const title = { lock: "A lock", nothing: "Nothing found", code: "This is a withdrawal code", unreadable: "Nothing to search for" }[result.kind];
  return (
    <Page site={site} title={title} description="A search in the log of this register." room="log" unlisted>
      <p class="trail">
        <a href={paths.log}>Log</a>
      </p>
      <h1>{title}</h1>
      <div class="lede">
        <Answer query={query} result={result} />
      </div>
      {result.kind === "lock" && <LockParts lock={result} url={site.url} />}
      <Part id="search" title="Search again">
        <SearchForm query={result.kind === "code" ? "" : query} />
      </Part>
    </Page>
  );
}

function Answer({ query, result }: Pick<SearchPage, "query" | "result">) {
  switch (result.kind) {
    case "lock":
      return (
        <p>
          {plural(result.count, "record has", "records have")} this lock.{" "}
          {result.withdrawal === null ? (
            "It has not been opened: none of them has ended."
          ) : (
            <>
              Entry <EntryLink index={result.withdrawal} /> opened it: {result.count === 1 ? "the record has" : "all of them have"} ended, and any record that
              is logged with it later is born ended.
            </>
          )}
        </p>
      );
    case "nothing":
      return (
        <p>
          No published entry has the number, leaf hash, lock or document <code class="typed">{query}</code>.{" "}
          {result.size > 0 ? `The published log has the entries 0 to ${result.size - 1}.` : "The published log has no entry yet."} An entry that was submitted a
          moment ago can be found once a checkpoint contains it.
        </p>
      );
    case "code":
      return (
        <Caution>
          <p>
            <strong>Do not enter a withdrawal code into a search field.</strong> Whoever holds the code can withdraw with it. Nothing was withdrawn now, and
            this register does not store searches; but your browser keeps the address of this page in its history, and so may a server on the way.
          </p>
        </Caution>
      );
    case "unreadable":
      return (
        <p>
          {query.trim() === "" ? (
            "The search field was empty."
          ) : (
            <span>
              This is neither the number of an entry nor a hash of 64 hexadecimal digits: <code class="typed">{query.slice(0, 200)}</code>
            </span>
          )}
        </p>
      );
  }
}

function LockParts({ lock, url }: { lock: Extract<SearchPage["result"], { kind: "lock" }>; url: string }) {
  const ended = lock.withdrawal !== null;
  return (
    <>
      <Part id="lock" title="The lock">
        <Fields
          fields={[
            { name: "Lock", value: <Hash value={lock.lock} />, note: "The SHA-256 of a secret, which whoever signed the record holds." },
            {
              name: "State",
              value: (
                <Mark kind={ended ? "ended" : "current"}>
                  {ended ? (
                    <span>
                      Open, by entry <EntryLink index={lock.withdrawal!} />
                    </span>
                  ) : (
                    "Not opened"
                  )}
                </Mark>
              ),
            },
          ]}
        />
      </Part>
      <Part id="records" title="Records with it" note={<Claimed />}>
        <Table
          caption="Records with this lock"
          columns={[{ title: "Entry", width: "number" }, { title: "State" }]}
          rows={lock.records.map((index) => [<EntryLink index={index} />, <Mark kind={ended ? "ended" : "current"}>{ended ? "Ended" : "Not ended"}</Mark>])}
        />
        {lock.count > lock.records.length && (
          <p>
            The first {formatCount(lock.records.length)} of {formatCount(lock.count)}.
          </p>
        )}
        <p>Each entry can be verified on its own page. The list itself is the register’s answer; with proofs, as data:</p>
        <Command>{`curl ${url}${paths.lockData(lock.lock)}`}</Command>
      </Part>
    </>
  );
}
