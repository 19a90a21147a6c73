/** "Verify in this browser": the island of /log/{n}. Small; the verifier itself is loaded when it is asked for. */
import { render } from "preact";
import { useState } from "preact/hooks";
import { Mark, Refused, Table, Verified, Hash, Fields, Caution } from "../../ui/kit.tsx";
import type { Fold, Step } from "./verify.ts";

interface Task {
  index: number;
  shown: string;
  /** Whether the register can satisfy its own proposal alone. */
  alone: boolean;
}

type Verdict = { running: true } | { running: false; failed: Step | null; own: boolean };

function Verify({ index, shown, alone }: Task) {
  const [policy, setPolicy] = useState("");
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [verdict, setVerdict] = useState<Verdict | null>(null);

  const run = async () => {
    if (verdict?.running === true) return;
    const own = policy.trim() === "" ? null : policy;
    setSteps([]);
    setVerdict({ running: true });
    let done: readonly Step[] = [];
    try {
      const { verifyEntry } = await import("./verify.ts");
      for await (const step of verifyEntry({ index, shown, policy: own, now: Math.floor(Date.now() / 1000), get })) setSteps((done = [...done, step]));
    } catch (error) {
      setSteps(
        (done = [
          ...done,
          { title: "The verifier", state: "fails", detail: `It could not be loaded from this register: ${error instanceof Error ? error.message : "unknown"}` },
        ]),
      );
    }
    setVerdict({ running: false, failed: done.find(({ state }) => state === "fails") ?? null, own: own !== null });
  };

  return (
    <>
      <form
        class="verify"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <button class="ds-button" type="submit" aria-disabled={verdict?.running === true}>
          Verify in this browser
        </button>
        <details class="more">
          <summary>With a policy of your own</summary>
          <div>
            <label class="ds-label" for="policy">
              Your trust policy, or a C2SP tlog-policy
            </label>
            <p class="note" id="policy-help">
              Left empty, the policy that this register proposes is used: its own claim of whom to believe. What you paste is neither sent nor stored.
            </p>
            <textarea
              class="ds-input"
              id="policy"
              rows={7}
              spellcheck={false}
              autocomplete="off"
              aria-describedby="policy-help"
              value={policy}
              onInput={(event) => setPolicy(event.currentTarget.value)}
            />
          </div>
        </details>
      </form>
      <div role="status">{verdict !== null && <VerdictLine verdict={verdict} alone={alone} />}</div>
      {steps.length > 0 && (
        <ol class="steps" aria-label="Steps of the verification">
          {steps.map((step, i) => (
            <StepItem key={i} step={step} />
          ))}
        </ol>
      )}
    </>
  );
}

function VerdictLine({ verdict, alone }: { verdict: Verdict; alone: boolean }) {
  if (verdict.running)
    return (
      <p>
        <Mark kind="running">Verifying</Mark>
      </p>
    );
  if (verdict.failed !== null) {
    return (
      <Refused>
        <p>
          <Mark kind="fails">
            <strong>Not verified.</strong>
          </Mark>{" "}
          The step “{verdict.failed.title}” failed. The steps after it were not carried out.
        </p>
      </Refused>
    );
  }
  return (
    <>
      <Verified>
        <p>
          <Mark kind="holds">
            <strong>Verified in your browser.</strong>
          </Mark>{" "}
          Every step below was recomputed here from what the register answered; a note says what it does not show.
        </p>
      </Verified>
      {!verdict.own && (
        <Caution>
          <p>
            {alone
              ? "By the register’s own policy, which it can satisfy alone: this shows that the register signed, and not that it shows everyone the same log."
              : "By the policy that the register proposes: whom to believe was its own claim."}{" "}
            The script that verified came from the register too. To depend on it in nothing, use the command line and a policy of your own.
          </p>
        </Caution>
      )}
    </>
  );
}

const WORDS = { holds: "Holds", fails: "Fails", note: "Note" } as const;

function StepItem({ step: { title, state, detail, values = [], fold } }: { step: Step }) {
  return (
    <li class={`step step-${state}`}>
      <div class="step-head">
        <h3>{title}</h3>
        <Mark kind={state}>{WORDS[state]}</Mark>
      </div>
      <p>{detail}</p>
      {fold !== undefined && fold.rows.length > 0 && <FoldTable fold={fold} />}
      {values.length > 0 && <Fields fields={values.map(({ name, value }) => ({ name, value: <Hash value={value} /> }))} />}
    </li>
  );
}

function FoldTable({ fold: { caption, leaf, leaves, index, leafHash, rows } }: { fold: Fold }) {
  return (
    <Table
      caption={caption}
      columns={[{ title: "Hashed with" }, { title: "Its hash", width: "narrow" }, { title: "Gives", width: "narrow" }]}
      rows={[
        [`this ${leaf}, ${index}`, "", <Hash short value={leafHash} />],
        ...rows.map(({ start, end, side, neighbour, result }) => [
          `${side}: ${end - start === 1 ? `${leaf} ${start}` : `${leaves} ${start} to ${end - 1}`}`,
          <Hash short value={neighbour} />,
          <Hash short value={result} />,
        ]),
      ]}
    />
  );
}

async function get(path: string): Promise<{ status: number; body: Uint8Array }> {
  const response = await fetch(path, { cache: "no-store" });
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
}

for (const place of document.querySelectorAll<HTMLElement>("[data-verify]")) {
  render(<Verify {...(JSON.parse(place.dataset["verify"]!) as Task)} />, place);
}
