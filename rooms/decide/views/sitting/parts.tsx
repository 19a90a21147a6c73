/** What the steps of a sitting are made of. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Caution, Mark, Refused } from "../../../../ui/kit.tsx";
import { t, tn } from "../../../../ui/text.ts";

type Children = { children: ComponentChildren };

/** A step: its heading takes the focus when it comes, so that a screen reader begins there. */
export function StepView({
  name,
  title,
  lede,
  back,
  onBack,
  children,
}: Children & { name: string; title: string; lede?: ComponentChildren; back?: string; onBack?: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement !== document.body || name !== "source") heading.current?.focus();
  }, [name]);
  return (
    <section class="sitting-step" aria-labelledby="step-title" data-step={name}>
      {onBack !== undefined && (
        <p class="sitting-back">
          <button type="button" class="link-button" onClick={onBack}>
            {t("Back to: {step}", { step: back ?? "" })}
          </button>
        </p>
      )}
      <h2 id="step-title" tabIndex={-1} ref={heading}>
        {title}
      </h2>
      {lede !== undefined && <p class="lede">{lede}</p>}
      {children}
    </section>
  );
}

/** Something goes on: a bar, and its words for screen readers. */
export function Working({ words, done, of }: { words: string; done?: number; of?: number }) {
  return (
    <div class="working">
      <p>
        <Mark kind="running">{words}</Mark>
        {of !== undefined && of > 1 && <span class="note"> {tn(of, "{done} of {n}", "{done} of {n}", { done: done ?? 0 })}</span>}
      </p>
      <progress aria-label={words} {...(of !== undefined && { value: done ?? 0, max: Math.max(1, of) })} />
    </div>
  );
}

/** What went wrong. It is an alert, so it is spoken at once. */
export function Wrong({ words, children }: { words: string | null; children?: ComponentChildren }) {
  return (
    <div role="alert">
      {words !== null && (
        <Refused>
          <p>
            <Mark kind="fails">{words}</Mark>
          </p>
          {children}
        </Refused>
      )}
    </div>
  );
}

/** Stands on everything that is made with a demonstration key. */
export function DemonstrationNote() {
  return (
    <Caution>
      <p>
        <strong>{t("Demonstration key.")}</strong>{" "}
        {t(
          "It lies open in this tab and is gone when you close it; nobody can then withdraw or prove what was signed with it. The entries are real entries of this register.",
        )}
      </p>
    </Caution>
  );
}

/** A question with one answer among some. */
export function Choice<K extends string>({
  legend,
  name,
  value,
  options,
  onChange,
}: {
  legend: string;
  name: string;
  value: K | undefined;
  options: readonly { value: K; label: ComponentChildren; note?: ComponentChildren }[];
  onChange: (value: K) => void;
}) {
  return (
    <fieldset class="asked">
      <legend>{legend}</legend>
      {options.map(({ value: of, label, note }) => (
        <div class="option" key={of}>
          <input
            type="radio"
            id={`${name}-${of}`}
            name={name}
            value={of}
            checked={of === value}
            onChange={() => onChange(of)}
            aria-describedby={note === undefined ? undefined : `${name}-${of}-note`}
          />
          <div>
            <label for={`${name}-${of}`}>{label}</label>
            {note !== undefined && (
              <p class="note" id={`${name}-${of}-note`}>
                {note}
              </p>
            )}
          </div>
        </div>
      ))}
    </fieldset>
  );
}

/** A box to tick. */
export function Tick({
  id,
  checked,
  label,
  note,
  onChange,
  disabled = false,
}: {
  id: string;
  checked: boolean;
  label: ComponentChildren;
  note?: ComponentChildren;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <div class="option">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      <div>
        <label for={id}>{label}</label>
        {note !== undefined && (
          <div class="note" id={`${id}-note`}>
            {note}
          </div>
        )}
      </div>
    </div>
  );
}

/** The button that goes on. */
export function Go({
  children,
  onClick,
  busy = false,
  secondary = false,
  type = "button",
}: Children & { onClick?: () => void; busy?: boolean; secondary?: boolean; type?: "button" | "submit" }) {
  return (
    <button
      type={type}
      class="ds-button"
      data-variant={secondary ? "secondary" : undefined}
      aria-disabled={busy}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {children}
    </button>
  );
}

/** Gives a text to the reader as a file. */
export function saveFile(name: string, text: string, type = "application/json"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
