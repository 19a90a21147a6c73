/** /log: the log as a whole. */
import { toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { formatAge, formatCount, plural } from "../../ui/format.ts";
import { Caution, Claimed, CodeBlock, Command, Facts, Fields, Hash, Mark, More, Part, Table, Time } from "../../ui/kit.tsx";
import { Page } from "../../ui/layout.tsx";
import { paths } from "../../ui/paths.ts";
import { AnchorsPart } from "./anchors.tsx";
import { EntryLink } from "./entry-link.tsx";
import type { ListedEntry, LogPage, PublishedNote, WitnessRow } from "./props.ts";
import { SearchForm } from "./search-form.tsx";
import { KINDS, anchoredInWords, checkpointOf, isSelfSufficient, quorumInWords } from "./words.ts";

export function LogView({ site, published, waiting, policy, witnesses, anchors = null, entries, before }: LogPage) {
  const checkpoint = published === null ? null : checkpointOf(published.note);
  const cosigners = witnesses.filter(({ size }) => checkpoint !== null && size >= checkpoint.size);
  const independent = cosigners.filter((witness) => witness.independent).length;
  return (
    <Page
      site={site}
      title={before === undefined ? "The log" : `The log below entry ${before}`}
      description="The append-only log of this register: its published checkpoint, its witnesses, its latest entries, and how to audit it."
      room="log"
      unlisted={before !== undefined}
    >
      <h1>The log</h1>
      <div class="lede">
        <p>
          Every act that this register takes is an entry in one list. The list only grows: what stands in it is never changed, moved or taken out. A checkpoint
          is a signed hash over the whole list, by which anyone can show later that an entry was in it and that nothing has been rewritten since.
        </p>
        <p>
          It does not say who decided what about whom, or when: a record is a commitment, which means something only to those who hold its opening. Publications
          are the exception. They are public on purpose, and may name organisations and people in their public role.
        </p>
      </div>
      <Facts
        facts={[
          {
            label: "Entries published",
            value: formatCount(checkpoint?.size ?? 0),
            note: [waiting > 0 ? `${formatCount(waiting)} more waiting` : "none waiting", ...anchoredInWords(anchors?.chains ?? [])].join("; "),
          },
          { label: "Last published", value: published === null ? "never" : <Time at={published.time} /> },
          {
            label: "Cosigned by",
            value: plural(cosigners.length, "witness", "witnesses"),
            note: `${formatCount(independent)} independent of this register`,
          },
          {
            label: "Root",
            value: checkpoint === null ? "none yet" : <Hash short value={toHex(checkpoint.root)} />,
            note: checkpoint === null ? undefined : <a href="#checkpoint">in full below</a>,
          },
        ]}
      />

      <Part id="search" title="Find an entry">
        <SearchForm />
      </Part>

      <Part id="entries" title={before === undefined ? "Latest entries" : `Entries below ${before}`} note={<Claimed />}>
        <Entries entries={entries} before={before} />
      </Part>

      <Part id="checkpoint" title="Published checkpoint" note={<Claimed />}>
        {published === null ? <p>No checkpoint has been published yet. The first one follows the first entry.</p> : <CheckpointPart published={published} />}
      </Part>

      <Part id="witnesses" title="Witnesses and policy" note={<Claimed />}>
        <Witnesses witnesses={witnesses} policy={policy} size={checkpoint?.size ?? 0} />
      </Part>

      <AnchorsPart anchors={anchors} />

      <Part id="audit" title="Audit it yourself">
        <p>
          One command reads the whole log, recomputes every hash, every root and every ended record, and prints what disagrees. It believes nothing on this
          page.
        </p>
        <Command>{`npx freehold audit ${site.url}`}</Command>
        <p>
          The files are those of <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>: other people’s software reads them too.
        </p>
        <ul class="links">
          <li>
            <a href={paths.checkpoint}>Checkpoint</a> <span>signed note, text</span>
          </li>
          {checkpoint !== null && (
            <li>
              <a href={paths.firstBundle(checkpoint.size)}>Entries</a> <span>bundles of 256 under /log/tile/entries/, and hashes under /log/tile/</span>
            </li>
          )}
          <li>
            <a href={paths.statusBits}>Status</a> <span>one bit for each entry: ended, or not</span>
          </li>
          <li>
            <a href={paths.discovery}>Keys and policy</a> <span>the register’s own proposal, JSON</span>
          </li>
          <li>
            <a href={paths.api}>Interface</a> <span>OpenAPI 3.1, JSON</span>
          </li>
        </ul>
      </Part>
    </Page>
  );
}

function Entries({ entries, before }: Pick<LogPage, "entries" | "before">) {
  if (entries.length === 0) return <p>{before === undefined ? "The log has no published entry yet." : `There is no entry below ${before}.`}</p>;
  const last = entries.at(-1)!.index;
  return (
    <>
      <Table
        caption={`Entries ${entries[0]!.index} to ${last}, latest first`}
        columns={[{ title: "Entry", width: "number" }, { title: "Kind", width: "narrow" }, { title: "What it says" }, { title: "Leaf hash", width: "narrow" }]}
        rows={entries.map((listed) => [
          <EntryLink index={listed.index} />,
          KINDS[decodeEntry(listed.entry).kind].title,
          <Says {...listed} />,
          <Hash short value={toHex(leafHash(listed.entry))} />,
        ])}
      />
      {(before !== undefined || last > 0) && (
        <nav class="pager" aria-label="Pages of entries">
          {before !== undefined && <a href={paths.log}>Latest entries</a>}
          {last > 0 && (
            <a href={paths.logBefore(last)} rel="next">
              Entries below {last}
            </a>
          )}
        </nav>
      )}
    </>
  );
}

/** An entry in half a line. */
function Says({ entry: bytes, ended }: ListedEntry) {
  const entry = decodeEntry(bytes);
  switch (entry.kind) {
    case "record":
      return <Mark kind={ended ? "ended" : "current"}>{ended ? "Ended" : "Not ended"}</Mark>;
    case "withdrawal":
      return (
        <>
          Opened the lock <Hash short value={toHex(lockOf(entry.secret))} />
        </>
      );
    case "publication":
      return (
        <>
          Document <Hash short value={toHex(entry.hash)} />
        </>
      );
    case "status":
      return <>Covers {plural(entry.size, "entry", "entries")}</>;
  }
}

function CheckpointPart({ published: { note, time } }: { published: PublishedNote }) {
  const { origin, size, root } = checkpointOf(note);
  return (
    <>
      <Fields
        fields={[
          { name: "Origin", value: <code>{origin}</code> },
          { name: "Size", value: formatCount(size), note: `Entries 0 to ${size - 1}. The last one is a status: it says which of the others have ended.` },
          { name: "Root", value: <Hash value={toHex(root)} /> },
          { name: "Published", value: <Time at={time} />, note: "By the clock of this register. What counts is the time that the witnesses signed." },
        ]}
      />
      <CodeBlock label="The checkpoint as it is signed">{note}</CodeBlock>
    </>
  );
}

function Witnesses({ witnesses, policy: text, size }: { witnesses: readonly WitnessRow[]; policy: string; size: number }) {
  const { tlog: policy, maximumAge } = parseTrustPolicy(text);
  const quorum = quorumInWords(policy);
  const said = ({ error, size: seen, time }: WitnessRow) => {
    if (error !== null) return <Mark kind="fails">{error}</Mark>;
    if (seen === 0) return <Mark kind="note">Has not cosigned yet</Mark>;
    return (
      <>
        <Mark kind={seen >= size ? "holds" : "note"}>{seen >= size ? "Cosigned this size" : `Cosigned size ${formatCount(seen)}`}</Mark>
        <span class="cell-note">
          <Time at={time} />
        </span>
      </>
    );
  };
  return (
    <>
      <p>
        A witness signs a checkpoint only if it continues the last one that it signed. So a register cannot show different histories to different people without
        a witness that helps it.
      </p>
      <Table
        caption="Witnesses of this register"
        columns={[{ title: "Witness, and who runs it" }, { title: "Last answer" }]}
        rows={witnesses.map((witness) => [
          <>
            <code>{witness.name}</code>
            <span class="cell-note">
              {witness.independent ? (
                "Independent: run by others"
              ) : (
                <>
                  <strong>Not independent:</strong> run by this register, proves nothing to third parties
                </>
              )}
            </span>
          </>,
          said(witness),
        ])}
      />
      <p>
        {quorum === null ? (
          "The policy that this register proposes asks for no witness at all: nobody else vouches for a checkpoint."
        ) : (
          <>
            By the policy that this register proposes, a checkpoint is to be believed once it is cosigned by <strong>{quorum}</strong>, and a status not older
            than {formatAge(maximumAge)}.
          </>
        )}
      </p>
      {quorum !== null && isSelfSufficient(policy, witnesses) && (
        <Caution>
          <p>
            <strong>This register can satisfy that quorum alone.</strong> Its policy then shows that the register signed, and not that it shows everyone the
            same log. Choose witnesses that others run, and a quorum of more than half of them.
          </p>
        </Caution>
      )}
      <p>A policy is a decision of whoever verifies. This one is a proposal; adopted unread, it is trust on first use.</p>
      <More summary="The proposed policy as text">
        <CodeBlock label="The proposed trust policy">{text}</CodeBlock>
      </More>
    </>
  );
}
