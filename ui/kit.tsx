/** The parts that pages are made of. They look as ui/theme.css says, and say in words what they show in colour. */
import type { ComponentChildren } from "preact";
import { formatTime } from "./format.ts";
import { currentLanguage, t } from "./text.ts";

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

/** A cell over several columns: `{ span: 3, cell: "nothing known" }`. */
export interface Spanning {
  span: number;
  cell: ComponentChildren;
}

/** A table that scrolls in itself where it has no room, also by keyboard. Rows fill all columns; the first cell names the row. */
export function Table({
  caption,
  columns,
  rows,
}: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly (ComponentChildren | Spanning)[])[];
}) {
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
            <Row key={i} cells={cells} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ cells, columns }: { cells: readonly (ComponentChildren | Spanning)[]; columns: readonly Column[] }) {
  let next = 0;
  return (
    <tr>
      {cells.map((content) => {
        const at = next;
        const { span, cell } = isSpanning(content) ? content : { span: 1, cell: content };
        next += span;
        const width = span === 1 ? columns[at]?.width : undefined;
        return at === 0 ? (
          <th key={at} scope="row" class={width}>
            {cell}
          </th>
        ) : (
          <td key={at} class={width} colSpan={span === 1 ? undefined : span}>
            {cell}
          </td>
        );
      })}
    </tr>
  );
}

function isSpanning(content: ComponentChildren | Spanning): content is Spanning {
  return typeof content === "object" && content !== null && "span" in content;
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

const LOCALES = { en: "en-GB", de: "de-DE" };
const days = new Map<string, Intl.DateTimeFormat>();
const figures = new Map<string, Intl.NumberFormat>();
const countries = new Map<string, Intl.DisplayNames>();

function inTheLanguage<T>(made: Map<string, T>, make: (locale: string) => T): T {
  const locale = LOCALES[currentLanguage()];
  const there = made.get(locale) ?? make(locale);
  made.set(locale, there);
  return there;
}

/** `2026-01-22` (or an instant, of which the day counts) as `22 Jan 2026`, in the language of the page. What is no day stays as it is. */
export function dayInWords(on: string): string {
  const key = `${currentLanguage()} ${on}`;
  const there = written.get(key);
  if (there !== undefined) return there;
  const time = Date.parse(`${on.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time)) return on;
  const words = inTheLanguage(days, (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" })).format(time);
  if (written.size > 10_000) written.clear();
  written.set(key, words);
  return words;
}

/** Days that were written before: a page has hundreds, and they are few. */
const written = new Map<string, string>();

/** A day, `YYYY-MM-DD`, or an instant of which the day is enough. */
export function Day({ on }: { on: string }) {
  return (
    <time class="time" dateTime={on}>
      {dayInWords(on)}
    </time>
  );
}

/** A quantity in the language of the page, at most two decimals. */
export function figure(value: number): string {
  return inTheLanguage(figures, (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })).format(value);
}

/** ISO 3166-1 alpha-2 as the name of the country, in the language of the page; an unknown code stays as it is. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return inTheLanguage(countries, (locale) => new Intl.DisplayNames(locale, { type: "region", fallback: "code" })).of(code) ?? code;
}

/** Says that nobody says it: never a dash, never a zero. `children` where "not stated" is not the word. */
export function NotStated({ children }: { children?: ComponentChildren }) {
  return <span class="unknown">{children ?? t("not stated")}</span>;
}

/** A choice of a form that works without script. `options` are values and what they are called; the first is that of no choice. */
export function Select({
  name,
  label,
  value = "",
  options,
}: {
  name: string;
  label: string;
  value?: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
}) {
  return (
    <p class="choice">
      <label class="ds-label" for={name}>
        {label}
      </label>
      <select class="ds-input" id={name} name={name}>
        {options.map(([of, words]) => (
          <option key={of} value={of} selected={of === value}>
            {words}
          </option>
        ))}
      </select>
    </p>
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
