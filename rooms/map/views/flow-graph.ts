/** What goes where by an organisation's own word: the figures of the picture in flow.tsx. */
import { list } from "../../../ui/format.ts";
import { t, tn } from "../../../ui/text.ts";
import type { CompanyCard } from "../card-schema.ts";
import { basisName } from "./words.ts";

export interface FlowNode {
  /** With its kind in front, since a purpose and a kind of data may share a name: `purpose:tcf 3`, `data:tcf 1`. */
  id: string;
  kind: "organisation" | "purpose" | "data" | "recipient" | "unstated";
  name: string;
  /** Of a purpose. */
  grounds?: string;
}

interface FlowLink {
  source: string;
  target: string;
  value: number;
}

export interface Flow {
  nodes: FlowNode[];
  links: FlowLink[];
}

/** More than these in a column are one node: a picture of fifty lines says nothing. */
const MOST = 24;

/**
 * The declared flow. A purpose is as wide as it has targets; where no source says which data go with it, it has one,
 * "not stated by purpose", or all kinds of data together. Never a cycle: links only lead from one column to the next.
 *
 * @example
 * ```ts
 * flowOf(card)?.links; // [{ source: "organisation", target: "purpose:tcf 7", value: 1 }, …]
 * ```
 */
export function flowOf({ name, practices, data }: Pick<CompanyCard, "name" | "practices" | "data">): Flow | null {
  const purposes = new Map<string, { name: string; grounds: Set<string>; targets: Map<string, FlowNode> }>();
  for (const { term, element, basis, data: own, recipients } of practices) {
    if (element !== "purpose" && element !== "special-purpose") continue;
    const id = `purpose:${term.scheme} ${term.code}`;
    const purpose = purposes.get(id) ?? { name: t(term.name), grounds: new Set(), targets: new Map() };
    purposes.set(id, purpose);
    purpose.grounds.add(basisName(basis));
    for (const { term: kind } of own ?? []) put(purpose.targets, { id: `data:${kind.scheme} ${kind.code}`, kind: "data", name: t(kind.name) });
    for (const recipient of recipients ?? []) put(purpose.targets, { id: `recipient:${recipient}`, kind: "recipient", name: recipient });
  }
  if (purposes.size === 0) return null;
  const whole: FlowNode = {
    id: "unstated",
    kind: "unstated",
    name:
      data.length === 0
        ? t("data not stated by purpose")
        : tn(data.length, "{n} kind of data, for all purposes together", "{n} kinds of data, for all purposes together"),
  };
  const nodes = new Map<string, FlowNode>([["organisation", { id: "organisation", kind: "organisation", name }]]);
  const links = new Map<string, FlowLink>();
  const link = (source: string, target: string, value: number) => {
    const key = `${source}\n${target}`;
    const there = links.get(key);
    if (there === undefined) links.set(key, { source, target, value });
    else there.value += value;
  };
  const rest = purposes.size - MOST;
  const seen = new Set<string>();
  for (const [i, [id, { name: words, grounds, targets }]] of [...purposes].entries()) {
    const shown = i < MOST || rest <= 1;
    const from: FlowNode = shown
      ? { id, kind: "purpose", name: words, grounds: list([...grounds], t("and")) }
      : { id: "purpose:rest", kind: "purpose", name: tn(rest, "{n} more purpose", "{n} more purposes") };
    put(nodes, from);
    const all = targets.size === 0 ? [whole] : [...targets.values()];
    link("organisation", from.id, all.length);
    for (const target of all) {
      const fits = seen.has(target.id) || seen.size < MOST;
      if (fits) seen.add(target.id);
      const to: FlowNode = fits ? target : { id: "data:rest", kind: "data", name: t("other kinds of data, and recipients") };
      put(nodes, to);
      link(from.id, to.id, 1);
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] };
}

function put(nodes: Map<string, FlowNode>, node: FlowNode): void {
  if (!nodes.has(node.id)) nodes.set(node.id, node);
}
