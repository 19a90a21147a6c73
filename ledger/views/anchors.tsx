/** What the register says that it wrote on chains: on /log all of it, on /log/{n} the anchor that covers the entry. */
import { formatCount, plural } from "../../ui/format.ts";
import { Caution, Claimed, Fields, Hash, Mark, More, Part, Table, Time } from "../../ui/kit.tsx";
import type { MarkKind } from "../../ui/kit.tsx";
import { paths } from "../../ui/paths.ts";
import type { AnchorRow, Anchors, ChainRow, CoveringAnchor } from "./props.ts";
import { chainInWords } from "./words.ts";

const STATES: { readonly [S in AnchorRow["state"]]: { mark: MarkKind; word: string; note?: string } } = {
  sent: { mark: "running", word: "Pending", note: "In no block yet" },
  included: { mark: "running", word: "Pending", note: "Too few confirmations yet" },
  confirmed: { mark: "holds", word: "Confirmed" },
  replaced: { mark: "note", word: "Replaced", note: "Another was sent instead" },
  lost: { mark: "fails", word: "Lost", note: "It came to nothing, or its block is gone" },
  foreign: { mark: "fails", word: "Foreign", note: "Somebody else made it with the register’s key" },
};

function Chain({ chainId, independent }: Pick<ChainRow, "chainId" | "independent">) {
  return (
    <>
      {chainInWords(chainId, independent)}
      {!independent && (
        <>
          <strong class="cell-note">Run by this register:</strong> <span class="cell-note">no third-party trust</span>
        </>
      )}
    </>
  );
}

/** On /log; null where the register anchors on no chain. */
export function AnchorsPart({ anchors }: { anchors: Anchors | null }) {
  return (
    <Part id="anchors" title="Anchored on a chain" note={<Claimed />}>
      {anchors === null ? (
        <p>This register anchors on no chain: its log and its witnesses are all that vouches for a checkpoint and its time.</p>
      ) : (
        <AnchorsOn {...anchors} />
      )}
    </Part>
  );
}

function AnchorsOn({ chains, list }: Anchors) {
  return (
    <>
      <p>
        An anchor is size and root of the log, written on a chain by the register: claimed as long as you have only its word, proved once a block that you trust
        yourself holds it. Proved, it shows that each entry that it covers existed at the time of that block; not how much older it is, nor what it means, nor
        that others are shown the same log.
      </p>
      {list.length === 0 ? (
        <p>None has been made yet. The first one follows a published checkpoint.</p>
      ) : (
        <Table
          caption="Newest anchors of each chain"
          columns={[
            { title: "Chain", width: "narrow" },
            { title: "State, and when sent", width: "narrow" },
            { title: "Size", width: "number" },
            { title: "Block", width: "number" },
            { title: "Confirmations", width: "number" },
            { title: "Cost", width: "number" },
          ]}
          rows={list.map((anchor) => [
            <Chain {...anchor} />,
            <State {...anchor} />,
            formatCount(anchor.size),
            anchor.block ?? "none",
            formatCount(anchor.confirmations),
            <Cost {...anchor} />,
          ])}
        />
      )}
      {chains.some(({ trouble }) => trouble) && (
        <Caution>
          {chains
            .filter(({ trouble }) => trouble)
            .map(({ chainId, independent }) => (
              <p key={chainId}>{chainInWords(chainId, independent)} does not answer as it should at the moment: what is said of it may be old.</p>
            ))}
        </Caution>
      )}
      <More summary="Where to look on each chain">
        {chains.map((chain) => (
          <Fields
            key={chain.chainId}
            fields={[
              { name: "Chain", value: <Chain {...chain} /> },
              { name: "Contract", value: <Hash value={chain.contract} /> },
              {
                name: "Register",
                value: <Hash value={chain.register} />,
                note: "The address that sends. Whoever knows it finds its anchors without this register.",
              },
              { name: "Confirmations", value: `${formatCount(chain.confirmations)} before an anchor counts` },
              { name: "Confirmed", value: chain.anchored === 0 ? "none yet" : `up to a size of ${formatCount(chain.anchored)}` },
            ]}
          />
        ))}
      </More>
      <ul class="links">
        <li>
          <a href={paths.anchors}>Anchors</a> <span>with their transactions, JSON</span>
        </li>
      </ul>
    </>
  );
}

/** A fee in gwei: every EVM chain has it, whatever its coin is called. Below ten, its fractions are shown too. */
function Cost({ gas = null, cost }: AnchorRow) {
  if (gas === null && cost === null) return <>not known</>;
  return (
    <>
      {cost !== null && `${formatCount(Number(cost) < 1e10 ? Number(cost) / 1e9 : Math.round(Number(cost) / 1e9))} gwei`}
      {gas !== null && <span class="cell-note">{formatCount(gas)} gas</span>}
    </>
  );
}

function State({ state, sent }: AnchorRow) {
  const { mark, word, note } = STATES[state];
  return (
    <>
      <Mark kind={mark}>{word}</Mark>
      {note !== undefined && <span class="cell-note">{note}</span>}
      <span class="cell-note">
        <Time at={sent} />
      </span>
    </>
  );
}

/** On /log/{n}; null where no anchor covers the entry yet. */
export function AnchorPart({ index, anchor }: { index: number; anchor: CoveringAnchor | null }) {
  return (
    <Part id="anchor" title="Anchor" note={<Claimed />}>
      {anchor === null ? (
        <p>
          No confirmed anchor covers this entry yet. The <a href={`${paths.log}#anchors`}>next one</a> may.
        </p>
      ) : (
        <>
          <p>
            The register says that it wrote size and root of its log on a chain when the log had {plural(anchor.size, "entry", "entries")}, this one among them.
            That is a claim. It is proved once a block that you trust yourself has the hash of the one in <a href={paths.anchorData(index)}>its data</a>: then
            the entry is not younger than that block.
          </p>
          <Fields
            fields={[
              { name: "Chain", value: <Chain {...anchor} /> },
              { name: "Block", value: anchor.block },
              { name: "Size", value: formatCount(anchor.size) },
              { name: "Root", value: <Hash value={anchor.root} /> },
            ]}
          />
        </>
      )}
    </Part>
  );
}
