/** /log/{n}: one entry. In words first, then what it is made of, then what proves it. */
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { CHUNK, isEnded } from "@freehold/protocol/status";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { formatCount, plural } from "../../ui/format.ts";
import { Claimed, CodeBlock, Command, Facts, Fields, Hash, Mark, Part, Time } from "../../ui/kit.tsx";
import { Page } from "../../ui/layout.tsx";
import { paths } from "../../ui/paths.ts";
import { AnchorPart } from "./anchors.tsx";
import { EntryLink, EntryList } from "./entry-link.tsx";
import type { EntryPage } from "./props.ts";
import { KINDS, checkpointOf, fieldsOf, isSelfSufficient, publicationOf } from "./words.ts";

export function EntryView(page: EntryPage) {
  const { site, index, entry, published, proof, status, anchor, policy, witnesses } = page;
  const { kind } = decodeEntry(entry);
  const { size } = checkpointOf(published.note);
  const alone = isSelfSufficient(parseTrustPolicy(policy).tlog, witnesses);
  return (
    <Page
      site={site}
      title={`Entry ${index}`}
      description={`Entry ${index} of this register: ${KINDS[kind].article.toLowerCase()}, its bytes, and its proof.`}
      room="log"
      islands={["verify"]}
    >
      <Neighbours index={index} size={size} />
      <h1>Entry {index}</h1>
      <div class="lede">
        <Words {...page} />
      </div>
      <Facts
        facts={[
          { label: "Kind", value: KINDS[kind].title },
          kind === "record"
            ? { label: "State", value: <State page={page} />, note: <Claimed /> }
            : { label: "Length", value: plural(entry.length, "byte", "bytes") },
          { label: "Under a checkpoint of", value: plural(size, "entry", "entries") },
          { label: "Checkpoint published", value: <Time at={published.time} />, note: <Claimed /> },
        ]}
      />

      <Part id="verify" title="Verify">
        <p>
          That the entry is in the log, at this number and with these bytes, can be recomputed: from the bytes to the leaf hash, and from there along the proof
          to the root that the log and its witnesses have signed
          {kind === "record" && "; and whether it has ended, from the status under the same signature"}.
        </p>
        <noscript>
          <p>Your browser runs no script here, so this page cannot do it for you.</p>
        </noscript>
        <div data-verify={JSON.stringify({ index, shown: toHex(entry), alone })} />
        <p>On the command line, the whole log at once, with nothing taken from this page:</p>
        <Command>{`npx freehold audit ${site.url}`}</Command>
      </Part>

      <Part id="fields" title="Fields">
        <Fields fields={fieldsOf(entry).map(({ value, hash, ...field }) => ({ ...field, value: hash ? <Hash value={value} /> : value }))} />
      </Part>

      <Part id="bytes" title="Bytes">
        <Fields
          fields={[
            { name: `All ${entry.length} bytes`, value: <Hash value={toHex(entry)} />, note: "In hexadecimal, as they stand in the log." },
            {
              name: "Leaf hash",
              value: <Hash value={toHex(leafHash(entry))} />,
              note: "SHA-256 of a zero byte and these bytes: what the log’s tree is built on.",
            },
          ]}
        />
      </Part>

      <Part id="proof" title="Proof" note={<a href={paths.entryData(index)}>As data</a>}>
        <p>
          A text that anyone can verify without this register (<a href="https://c2sp.org/tlog-proof">C2SP tlog-proof</a>): the number of the entry, the
          neighbours on the way from its leaf hash to the root, and the signed checkpoint.
        </p>
        <CodeBlock label="Proof of the entry">{proof}</CodeBlock>
      </Part>

      {status !== null && (
        <Part id="status" title="Status proof" note={<a href={paths.status(index)}>As data</a>}>
          <p>
            That the record has {endedBy(page) === "ended" ? "ended" : "not ended"}, under the same checkpoint: the 256 bits among which its own is, and the
            hashes up to the root in entry {size - 1}. To ask for the status of one entry tells the register which one interests you;{" "}
            <a href={paths.statusBits}>the whole list</a> does not.
          </p>
          <CodeBlock label="Status proof of the record">{JSON.stringify(status, null, 2)}</CodeBlock>
        </Part>
      )}
      {anchor !== undefined && <AnchorPart index={index} anchor={anchor} />}
      <Neighbours index={index} size={size} end />
    </Page>
  );
}

function Neighbours({ index, size, end = false }: { index: number; size: number; end?: boolean }) {
  return (
    <nav class={end ? "pager" : "trail"} aria-label={end ? "Other entries" : "Place in the log"}>
      {!end && <a href={paths.log}>Log</a>}
      {index > 0 && (
        <a href={paths.entry(index - 1)} rel="prev">
          Previous: {index - 1}
        </a>
      )}
      {index + 1 < size && (
        <a href={paths.entry(index + 1)} rel="next">
          Next: {index + 1}
        </a>
      )}
    </nav>
  );
}

/** What the published status says of a record. */
function endedBy({ status, index }: Pick<EntryPage, "status" | "index">): "ended" | "not ended" | "unknown" {
  if (status === null) return "unknown";
  return isEnded(fromHex(status.chunk), 8 * CHUNK, index % (8 * CHUNK)) ? "ended" : "not ended";
}

function State({ page }: { page: EntryPage }) {
  const state = endedBy(page);
  if (state === "unknown") return <Mark kind="note">Not known</Mark>;
  return <Mark kind={state === "ended" ? "ended" : "current"}>{state === "ended" ? "Ended" : "Not ended"}</Mark>;
}

/** The entry in words. */
function Words(page: EntryPage) {
  const { index, lock, document } = page;
  const entry = decodeEntry(page.entry);
  switch (entry.kind) {
    case "record": {
      const others = lock?.records.filter((other) => other !== index) ?? [];
      return (
        <>
          <p>A record. Somebody decided or answered something; who, what and towards whom is known only to those who hold its opening.</p>
          <p>
            <RecordState page={page} />
            {others.length > 0 && (
              <>
                {" "}
                The same lock is on {others.length === 1 && lock!.count === 2 ? "entry" : "the entries"} <EntryList indexes={others} count={lock!.count - 1} />:
                one secret ends them all.
              </>
            )}
          </p>
        </>
      );
    }
    case "withdrawal":
      return (
        <>
          <p>
            A withdrawal. Somebody published the secret of the lock <Hash short value={toHex(lockOf(entry.secret))} />
            {lock !== null && lock.count > 0 && (
              <>
                {" "}
                and so ended {lock.count === 1 ? "entry" : "the entries"} <EntryList indexes={lock.records} count={lock.count} />
              </>
            )}
            .
          </p>
          <p>It cannot be taken back. A record that is logged later with the same lock is born ended.</p>
        </>
      );
    case "publication": {
      const hash = toHex(entry.hash);
      return (
        <>
          <p>
            A publication: a public document, by its hash.{" "}
            {document === null ? (
              "The register does not have the document."
            ) : "withheld" in document ? (
              <>The register withholds the document; the reason that it gives: {document.withheld}. The hash stays.</>
            ) : (
              <>
                <a href={paths.document(hash)}>The document</a> has {plural(document.bytes.length, "byte", "bytes")}.
              </>
            )}
          </p>
          {document !== null && "bytes" in document && <Publication bytes={document.bytes} />}
        </>
      );
    }
    case "status":
      return (
        <>
          <p>
            A status. It says which of the {entry.size === 0 ? "entries before it (there are none)" : `${plural(entry.size, "entry", "entries")} before it`} had
            ended when it was made, in one bit for each, fixed by one hash.
          </p>
          <p>Every published checkpoint ends in such an entry, so that nobody can be shown an old status under a new checkpoint.</p>
        </>
      );
  }
}

function RecordState({ page }: { page: EntryPage }) {
  const { index, lock, published } = page;
  const { size } = checkpointOf(published.note);
  switch (endedBy(page)) {
    case "unknown":
      return <>Whether it has ended is not known.</>;
    case "not ended":
      return <>It has not ended, as of the checkpoint of {formatCount(size)} entries.</>;
    case "ended": {
      const withdrawal = lock?.withdrawal ?? null;
      if (withdrawal === null) return <>It has ended.</>;
      return withdrawal < index ? (
        <>
          It was born ended: entry <EntryLink index={withdrawal} /> had opened its lock before.
        </>
      ) : (
        <>
          It has ended: entry <EntryLink index={withdrawal} /> opened its lock.
        </>
      );
    }
  }
}

function Publication({ bytes }: { bytes: Uint8Array }) {
  const publication = publicationOf(bytes);
  if (publication === undefined) return <p>It is not in the form of a signed publication.</p>;
  const { author, type, issued, body, predecessor } = publication;
  const name = typeof body["name"] === "string" ? body["name"] : null;
  return (
    <p>
      By its own words it is a {type} by {name !== null && `${name}, `}
      <code>{author}</code>, issued on <Time at={Date.parse(issued) / 1000} />
      {predecessor !== undefined && ", and replaces an earlier one"}. <Claimed by="its author" />
    </p>
  );
}
