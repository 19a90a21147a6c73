/** Pictures of figures, drawn on the server: bars, ranges, dots. Each has a table beside it that says the same; none needs a script. */
import { figure } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import { markup } from "./markup.ts";

const BAR = 18;
const HEIGHT = 56;

/** How many lie in each part of a range. `names` are the parts; the ends of the axis stand below it. */
export function Bars({ label, values, names, ends }: { label: string; values: readonly number[]; names: readonly string[]; ends: readonly [string, string] }) {
  const most = Math.max(1, ...values);
  const width = BAR * values.length;
  return (
    <svg class="bars" viewBox={`0 0 ${width} ${HEIGHT + 16}`} width={width} height={HEIGHT + 16} role="img" aria-label={label}>
      {values.map((value, i) => {
        // What is not nothing is seen.
        const height = value === 0 ? 0 : Math.max(1.5, (value / most) * (HEIGHT - 2));
        return markup`<g><title>${names[i]!}: ${figure(value)}</title><rect class="hover" x="${i * BAR}" y="0" width="${BAR}" height="${HEIGHT}"/><rect x="${i * BAR + 1}" y="${(HEIGHT - height).toFixed(1)}" width="${BAR - 2}" height="${height.toFixed(1)}"/></g>`;
      })}
      <path d={`M0 ${HEIGHT + 0.5}H${width}`} />
      <text x="0" y={HEIGHT + 14}>
        {ends[0]}
      </text>
      <text x={width} y={HEIGHT + 14} text-anchor="end">
        {ends[1]}
      </text>
    </svg>
  );
}

const CELL = 44;

/** A row of bands from the first to the last: those of the range are filled, the one of the method's own weights has a mark. */
export function Range({ label, bands, at, low, high }: { label: string; bands: number; at: number; low: number; high: number }) {
  return (
    <svg class="range" viewBox={`0 0 ${CELL * bands + 2} 34`} width={CELL * bands + 2} height={34} role="img" aria-label={label}>
      {Array.from({ length: bands }, (_, i) => {
        const x = 1 + i * CELL;
        return markup`<rect class="${i >= low && i <= high ? "within" : "without"}" x="${x}" y="1" width="${CELL}" height="18"/>${
          i === at && markup`<circle cx="${x + CELL / 2}" cy="10" r="5"/>`
        }<text x="${x + CELL / 2}" y="32" text-anchor="middle">${String(i + 1)}</text>`;
      })}
    </svg>
  );
}

/** A score as the length of a bar, beside its number. */
export function Score({ value }: { value: number }) {
  return (
    <span class="score">
      {Math.round(value)}
      <svg viewBox="0 0 50 8" width="50" height="8" aria-hidden="true" focusable="false">
        <path d="M0 7.5H50" />
        <rect x="0" y="0" width={(value / 2).toFixed(1)} height="7" />
      </svg>
    </span>
  );
}

const LINE = 30;
const NAMES = 310;
const AXIS = 300;

/** Shares (0 to 1) in rows, for several moments each: the last is a full dot, earlier ones are rings, oldest the smallest; a line joins them. */
export function Dots({ label, rows }: { label: string; rows: readonly { name: string; values: readonly (number | null)[]; titles: readonly string[] }[] }) {
  const most = Math.max(0.1, ...rows.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const top = Math.min(1, Math.ceil(most * 10) / 10);
  const width = NAMES + AXIS + 24;
  const height = LINE * rows.length + 20;
  const x = (share: number): number => Math.round(NAMES + (share / top) * AXIS);
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <svg class="dots" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
        {[0, top / 2, top].map(
          (share) =>
            markup`<path class="grid" d="M${x(share)} 0V${height - 18}"/><text class="tick" x="${x(share)}" y="${height - 4}" text-anchor="middle">${percent(share)}</text>`,
        )}
        {rows.map(({ name, values, titles }, i) => {
          const y = i * LINE + LINE / 2;
          const known = values.flatMap((value, at) => (value === null ? [] : [{ value, at }]));
          const shares = known.map(({ value }) => x(value));
          return markup`<text x="${NAMES - 14}" y="${y + 4}" text-anchor="end">${name}</text>${
            known.length > 1 && markup`<path d="M${Math.min(...shares)} ${y}H${Math.max(...shares)}"/>`
          }${known.map(
            ({ value, at }) =>
              markup`<circle class="${at === values.length - 1 ? "last" : "earlier"}" cx="${x(value)}" cy="${y}" r="${at === values.length - 1 ? 6 : Math.max(3, 6 - (values.length - 1 - at))}"><title>${titles[at]!}: ${percent(value)}</title></circle>`,
          )}`;
        })}
      </svg>
    </div>
  );
}

/** Two counts back to back, for each row: to the left one way, to the right the other. */
export function Ways({
  label,
  rows,
  ways,
}: {
  label: string;
  rows: readonly { name: string; left: number; right: number }[];
  ways: readonly [left: string, right: string];
}) {
  const most = Math.max(1, ...rows.flatMap(({ left, right }) => [left, right]));
  const [side, line, middle] = [150, 26, 120];
  const width = 2 * side + middle;
  const height = line * rows.length + 24;
  const long = (count: number): number => Math.round((count / most) * (side - 30));
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <svg class="ways" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
        <text x={side - 4} y="14" text-anchor="end">
          {ways[0]}
        </text>
        <text x={side + middle + 4} y="14">
          {ways[1]}
        </text>
        {rows.map(({ name, left, right }, i) => {
          const y = 24 + i * line;
          return markup`<text class="row" x="${side + middle / 2}" y="${y + 15}" text-anchor="middle">${name}</text><rect x="${side - long(left)}" y="${y + 3}" width="${long(left)}" height="16"/><text x="${side - long(left) - 5}" y="${y + 15}" text-anchor="end">${String(left)}</text><rect class="right" x="${side + middle}" y="${y + 3}" width="${long(right)}" height="16"/><text x="${side + middle + long(right) + 5}" y="${y + 15}">${String(right)}</text>`;
        })}
      </svg>
    </div>
  );
}

/** `39 %`, as text of the page's language. */
export function percent(share: number): string {
  return t("{n} %", { n: figure(Math.round(1000 * share) / 10) });
}
