/** The parts that pages are made of. They look as ui/theme.css says, and say in words what they show in colour. */
import type { ComponentChildren } from "preact";
import { formatTime } from "./format.ts";

type Children = { children: ComponentChildren };

/** A part of a page: its heading stands beside it where there is room. `note` says who vouches for it. */
export function Part({ id, title, note, children }: Children & { id: string; title: string; note?: ComponentChildren }) {
  return (
    <section class="part" aria-labelledby={id}>
      <div class="part-title">
        <h2 id={id}>{title}</h2>
        {note}
      </div>
      <div class="part-body">{children}</div>
    </section>
  );
}

/** A few figures at the head of a page. */
export function Facts({ facts }: { facts: readonly { label: string; value: ComponentChildren; note?: ComponentChildren }[] }) {
  return (
    <dl class="facts">
      {facts.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span class="fact">{value}</span>
            {note !== undefined && <span class="fact-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Names and values, one below the other; a value may be long. */
export function Fields({ fields }: { fields: readonly { name: ComponentChildren; value: ComponentChildren; note?: ComponentChildren }[] }) {
  return (
    <dl class="fields">
      {fields.map(({ name, value, note }, i) => (
        <div key={i}>
          <dt>{name}</dt>
          <dd>
            {value}
            {note !== undefined && <p class="note">{note}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export interface Column {
  title: string;
  /** `number` is set to the right; `narrow` takes no more room than it needs. */
  width?: "number" | "narrow";
}

/** A table that scrolls in itself where it has no room, also by keyboard. Rows have as many cells as there are columns; the first names the row. */
export function Table({ caption, columns, rows }: { caption: string; columns: readonly Column[]; rows: readonly (readonly ComponentChildren[])[] }) {
  return (
    <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="ds-table" data-size="sm">
        <caption class="ds-sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, width }) => (
              <th key={title} scope="col" class={width}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, i) => (
            <tr key={i}>
              {cells.map((cell, at) => {
                const width = columns[at]?.width;
                return at === 0 ? (
                  <th key={at} scope="row" class={width}>
                    {cell}
                  </th>
                ) : (
                  <td key={at} class={width}>
                    {cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/**
 * A hash, or other long value without meaning. In full it breaks into equal lines. `short` shows the beginning and cuts the rest
 * off by style only: whoever selects and copies it gets all of it, and the title says it.
 */
export function Hash({ value, short = false }: { value: string; short?: boolean }) {
  if (!short) {
    const pieces = value.match(/.{1,16}/gsu) ?? [];
    return <code class="hash">{pieces.flatMap((piece, i) => (i === 0 ? [piece] : [<wbr key={i} />, piece]))}</code>;
  }
  return (
    <code class="hash-short" title={value}>
      {value.slice(0, 8)}
      <span aria-hidden="true">{value.slice(8)}</span>
    </code>
  );
}

/** An instant, seconds since 1970, in UTC. */
export function Time({ at }: { at: number }) {
  return (
    <time class="time" dateTime={new Date(at * 1000).toISOString().replace(".000Z", "Z")}>
      {formatTime(at)}
    </time>
  );
}

/** Marks what nobody but the one who runs the register vouches for. */
export function Claimed({ by = "the operator" }: { by?: string }) {
  return <span class="claimed">claimed by {by}</span>;
}

/** How a state looks beside its word: never colour alone, each has a shape of its own. */
export type MarkKind = "holds" | "fails" | "note" | "running" | "ended" | "current";

const SHAPES: { [K in MarkKind]: string } = {
  holds: "M2.5 8.5 6.2 12.2 13.5 4.2",
  fails: "M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5",
  note: "M3 8H13",
  running: "M4 8h.01M8 8h.01M12 8h.01",
  ended: "M3 3H13V13H3ZM3 13 13 3",
  current: "M3 3H13V13H3Z",
};

export function Mark({ kind, children }: Children & { kind: MarkKind }) {
  return (
    <span class={`mark mark-${kind}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
        <path d={SHAPES[kind]} />
      </svg>
      <span>{children}</span>
    </span>
  );
}

/** Text in the form in which machines exchange it, whole. */
export function CodeBlock({ label, children }: { label: string; children: string }) {
  return (
    <pre class="code" aria-label={label} role="group">
      <code>{children}</code>
    </pre>
  );
}

/** A line to type into a terminal. */
export function Command({ children }: { children: string }) {
  return (
    <pre class="code command" aria-label="Command" role="group">
      <code>{children}</code>
    </pre>
  );
}

/** What the reader's own browser has recomputed: the only thing with a green border. Nothing that the server says may be put in here. */
export function Verified({ children }: Children) {
  return <div class="verified">{children}</div>;
}

/** What did not hold, or could not be shown. */
export function Refused({ children }: Children) {
  return <div class="refused">{children}</div>;
}

/** Something to know before believing what stands beside it. */
export function Caution({ children }: Children) {
  return <div class="caution">{children}</div>;
}

/** A part that most readers do not need; open in print. */
export function More({ summary, children }: Children & { summary: string }) {
  return (
    <details class="more">
      <summary>{summary}</summary>
      <div>{children}</div>
    </details>
  );
}
