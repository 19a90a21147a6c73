/** Small parts that the pages of decisions share. */
import { FreeholdError } from "@freehold/protocol/errors";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import qrcode from "qrcode-generator";
import { Mark, Refused } from "../../../ui/kit.tsx";
import { t } from "../../../ui/text.ts";
import type { Step } from "./receipt-steps.ts";

export function StepList({ steps, label }: { steps: readonly Step[]; label: string }) {
  const words = { holds: t("Holds"), fails: t("Fails"), note: t("Note") };
  return (
    <ol class="steps" aria-label={label}>
      {steps.map(({ title, state, detail, code }, i) => (
        <li key={i} class={`step step-${state}`}>
          <div class="step-head">
            <h3>{title}</h3>
            <Mark kind={state}>{words[state]}</Mark>
          </div>
          <p>
            {detail}
            {code !== undefined && (
              <>
                {" "}
                <code>{code}</code>
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** What went wrong, in words; the code is for whoever helps. */
export interface Trouble {
  title: string;
  detail: string;
  code?: string;
}

export function troubleOf(error: unknown, title: string): Trouble {
  if (error instanceof FreeholdError) return { title, detail: error.message, code: error.code };
  return { title, detail: error instanceof Error ? error.message : t("It is not known why.") };
}

export function TroubleBox({ trouble: { title, detail, code } }: { trouble: Trouble }) {
  return (
    <Refused>
      <p>
        <Mark kind="fails">
          <strong>{title}</strong>
        </Mark>
      </p>
      <p>
        {detail}
        {code !== undefined && (
          <>
            {" "}
            <code>{code}</code>
          </>
        )}
      </p>
    </Refused>
  );
}

/** The heading of a step: takes the focus when the step comes, so that a screen reader says where one is. `initial`: the page begins with it. */
export function StepHeading({ children, step, initial = false }: { children: ComponentChildren; step: string; initial?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!initial) heading.current?.focus();
  }, [step]);
  return (
    <h2 class="step-heading" tabIndex={-1} ref={heading}>
      {children}
    </h2>
  );
}

export function saveFile(name: string, content: string | Uint8Array, type: string): void {
  const url = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Copies a text, and says in words whether it did. */
export function CopyButton({ text, children }: { text: string | (() => string); children: ComponentChildren }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setSaid(t("Copied."));
    } catch {
      setSaid(t("The browser did not let it be copied: select the text and copy it yourself."));
    }
  };
  return (
    <span class="copying">
      <button class="ds-button" data-variant="secondary" type="button" onClick={() => void copy()}>
        {children}
      </button>
      <span role="status" class="note">
        {said}
      </span>
    </span>
  );
}

/** The most bytes that a QR code holds at its lowest level of correction. */
const QR_BYTES = 2953;

/** Whether a text fits into a QR code that a telephone still reads. */
export function fitsQr(text: string): boolean {
  return new TextEncoder().encode(text).length <= QR_BYTES;
}

/** A QR code as a picture of one path; black on white in every theme, because readers need it. */
export function Qr({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, text.length > 1000 ? "L" : "M");
  code.addData(text, /^[0-9A-Z $%*+./:-]*$/.test(text) ? "Alphanumeric" : "Byte");
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (code.isDark(y, x)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size + 8} ${size + 8}`} shape-rendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size + 8}v${size + 8}h-${size + 8}z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}

/** Takes a text out of the address once it was read: addresses land in histories. */
export function takeFragment(): URLSearchParams {
  const fields = new URLSearchParams(location.hash.slice(1));
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  return fields;
}

/** Seconds since 1970, by this browser's clock. */
export function clock(): number {
  return Date.now() / 1000;
}

/** The browser's fetch, as a function of its own. */
export const browserFetch = (url: string, init?: RequestInit): Promise<Response> => fetch(url, init);
