/** What goes where by an organisation's own word, as a picture: organisation, purposes, kinds of data and recipients. */
import { sankey } from "d3-sankey";
import type { SankeyNode } from "d3-sankey";
import type { VNode } from "preact";
import { More, Part, Table } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import type { CompanyCard } from "../card-schema.ts";
import { flowOf } from "./flow-graph.ts";
import type { Flow, FlowNode } from "./flow-graph.ts";
import { markup } from "./markup.ts";
import { cut } from "./words.ts";

const WIDTH = 820;
const NODE = 8;

export function FlowPart({ card }: { card: CompanyCard }) {
  const flow = flowOf(card);
  if (flow === null) return null;
  const name = new Map(flow.nodes.map((node) => [node.id, node]));
  return (
    <Part id="flow" title={t("Flow, as declared")}>
      <p>
        {t(
          "From the organisation to its purposes, with their ground, and on to kinds of data and recipients where a source says them by purpose. A line is as wide as it stands for declarations, not for amounts of data.",
        )}
      </p>
      <Picture flow={flow} name={card.name} />
      <More summary={t("The same as a table")}>
        <Table
          caption={t("Flow, as declared")}
          columns={[{ title: t("From") }, { title: t("Ground") }, { title: t("To") }, { title: t("Declarations"), width: "number" }]}
          rows={flow.links
            .slice(0, 200)
            .map(({ source, target, value }) => [
              name.get(source)!.name,
              name.get(source)!.grounds ?? name.get(target)!.grounds ?? "",
              name.get(target)!.name,
              value,
            ])}
        />
      </More>
    </Part>
  );
}

function Picture({ flow, name }: { flow: Flow; name: string }) {
  const columns = [
    flow.nodes.filter(({ kind }) => kind === "purpose").length,
    flow.nodes.filter(({ kind }) => kind !== "purpose" && kind !== "organisation").length,
  ];
  const height = Math.max(90, 30 * Math.max(...columns));
  const laid = sankey<FlowNode, { value: number }>()
    .nodeId(({ id }) => id)
    .nodeSort(null)
    .linkSort(null)
    .nodeWidth(NODE)
    .nodePadding(14)
    .iterations(2)
    .extent([
      [0, 8],
      [WIDTH, height - 8],
    ])({ nodes: flow.nodes.map((node) => ({ ...node })), links: flow.links.map((link) => ({ ...link })) });
  return (
    <div class="scroll" role="region" aria-label={t("Picture of the flow")} tabIndex={0}>
      <svg
        class="flow"
        viewBox={`0 0 ${WIDTH} ${height}`}
        width={WIDTH}
        height={height}
        role="img"
        aria-label={t("{name}: its purposes, and what they are declared to use; the table below says the same.", { name })}
      >
        <g class="flow-links">
          {laid.links.map(
            ({ source, target, y0 = 0, y1 = 0, width = 1 }) =>
              markup`<path d="${curve((source as Laid).x1!, y0, (target as Laid).x0!, y1)}" stroke-width="${Math.max(1, Math.round(width))}"/>`,
          )}
        </g>
        {laid.nodes.map(box)}
      </svg>
    </div>
  );
}

/** A node with its label: of the organisation to the right, of all others to the left, where there is room. */
function box({ kind, name, grounds, x0 = 0, y0 = 0, y1 = 0 }: Laid): VNode {
  const first = kind === "organisation";
  const x = Math.round(first ? x0 + NODE + 6 : x0 - 6);
  const y = Math.round((y0 + y1) / 2);
  const height = Math.max(2, Math.round(y1 - y0));
  const rect = markup`<rect x="${Math.round(x0)}" y="${Math.round(y0)}" width="${NODE}" height="${height}"/>`;
  if (grounds === undefined)
    return markup`<g class="flow-${kind}"><title>${name}</title>${rect}<text x="${x}" y="${y + 4}" text-anchor="${first ? "start" : "end"}">${cut(name, first ? 22 : 42)}</text></g>`;
  return markup`<g class="flow-${kind}"><title>${name}: ${grounds}</title>${rect}<text x="${x}" y="${y - 2}" text-anchor="end">${cut(name, 42)}<tspan class="flow-ground" x="${x}" dy="13">${cut(grounds, 44)}</tspan></text></g>`;
}

type Laid = SankeyNode<FlowNode, object>;

/** From one column to the next, in whole units: nobody sees less, and the page is shorter. */
function curve(x0: number, y0: number, x1: number, y1: number): string {
  const middle = Math.round((x0 + x1) / 2);
  return `M${Math.round(x0)} ${Math.round(y0)}C${middle} ${Math.round(y0)} ${middle} ${Math.round(y1)} ${Math.round(x1)} ${Math.round(y1)}`;
}
