/** One sitting: a step at a time, in one column. Which step is in the address, so that the browser's own Back goes back. */
import { newSeed } from "@freehold/protocol/keys";
import type { Book } from "@freehold/person/schema";
import { useEffect, useMemo, useState } from "preact/hooks";
import { paths } from "../../../../ui/paths.ts";
import { t, tx } from "../../../../ui/text.ts";
import { makeDemonstrationKey } from "../gestures.ts";
import { onChanged, readHome, readKept, writeKept } from "../keep.ts";
import type { Home, Kept, Keys } from "../keep.ts";
import { draftsOf } from "./choices.ts";
import { DemonstrationNote, Go, Working, Wrong } from "./parts.tsx";
import { makeReady, wordsOf } from "./run.ts";
import type { Ready } from "./run.ts";
import { openOrganisations } from "./shards.ts";
import { keepSitting, noSitting, reachable, readSitting, steps } from "./state.ts";
import type { Sitting, Step } from "./state.ts";
import { ActsStep } from "./step-acts.tsx";
import { CheckStep } from "./step-check.tsx";
import { DoneStep } from "./step-done.tsx";
import { SignStep } from "./step-sign.tsx";
import { SourceStep } from "./step-source.tsx";
import { WhomStep } from "./step-whom.tsx";

const names = (): { readonly [S in Step]: string } => ({
  source: t("What you have"),
  whom: t("Whom"),
  acts: t("What you say"),
  check: t("Check"),
  sign: t("Sign"),
  done: t("Receipts"),
});

/** Her key in this tab, and what was made with it. Nothing of it is stored. */
interface InMemory {
  seed: Uint8Array | null;
  ready: Ready | null;
  problem: { copies: string | null; log: string | null };
}

const NOTHING: InMemory = { seed: null, ready: null, problem: { copies: null, log: null } };

/** What this tab has; a sitting that is over is shown by its own address only. */
function begun(): Sitting {
  const sitting = readSitting();
  return sitting.signed.length > 0 && location.hash !== "#done" ? noSitting : sitting;
}

export function SittingApp() {
  const [sitting, setSitting] = useState<Sitting>(begun);
  const [step, setStep] = useState<Step>("source");
  const [kept, setKept] = useState<Kept | null | undefined>(undefined);
  const [home, setHome] = useState<Home | undefined>(undefined);
  const [memory, setMemory] = useState<InMemory>(NOTHING);
  const [wrong, setWrong] = useState<string | null>(null);
  const organisations = useMemo(openOrganisations, []);

  const load = async () => {
    try {
      setHome(await readHome());
      setKept((await readKept()) ?? null);
    } catch (error) {
      setWrong(wordsOf(error));
      setKept(null);
    }
  };
  useEffect(() => {
    void load();
    return onChanged(() => void load());
  }, []);
  useEffect(() => keepSitting(sitting), [sitting]);

  // The step follows the address; one that cannot be shown yet leads to the furthest that can.
  useEffect(() => {
    if (kept === undefined) return undefined;
    const follow = () => {
      const asked = location.hash.slice(1) as Step;
      const furthest = reachable(sitting);
      const wanted = steps.includes(asked) ? asked : furthest === "done" ? "done" : "source";
      const shown = steps.indexOf(wanted) > steps.indexOf(furthest) ? furthest : wanted;
      const ready = memory.ready !== null && memory.seed !== null;
      setStep(
        sitting.signed.length > 0
          ? "done"
          : shown === "sign" && !ready
            ? "check"
            : (shown === "check" || shown === "sign") && home === undefined
              ? "acts"
              : shown,
      );
    };
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [kept, home, sitting, memory]);

  // A first sitting has a key that is stored only once something is signed with it.
  useEffect(() => {
    if (step === "check" && kept === null && memory.seed === null) setMemory((before) => ({ ...before, seed: newSeed() }));
  }, [step, kept, memory.seed]);

  const go = (to: Step) => {
    location.hash = to;
  };
  const change = (part: Partial<Sitting>) => {
    setMemory((before) => ({ ...before, ready: null }));
    setSitting((before) => ({ ...before, ...part }));
  };

  if (kept === undefined) return <Working words={t("Opening what this browser keeps")} />;
  const keys: Keys | null = kept === null ? null : kept.keys;
  const book: Book | null = kept === null ? null : kept.book;
  const waiting = book?.items.filter(({ index }) => index === undefined).length ?? 0;
  const at = steps.indexOf(step);
  return (
    <div class="sitting">
      <ol class="sitting-way" aria-label={t("Steps")}>
        {steps.map((one, i) => (
          <li key={one} aria-current={one === step ? "step" : undefined} data-past={i < at ? "" : undefined}>
            {names()[one]}
          </li>
        ))}
      </ol>
      <p class="ds-sr-only" role="status">
        {t("Step {n} of {of}: {name}", { n: at + 1, of: steps.length, name: names()[step] })}
      </p>
      <Wrong words={wrong} />
      {sitting.kind === "example" && step !== "source" && (
        <p>
          <span class="claimed">{t("with an example, not with anything of yours")}</span>
        </p>
      )}
      {keys?.demonstration === true && step !== "done" && step !== "sign" && <DemonstrationNote />}
      {step === "source" && book !== null && (
        <p class="link-row">
          <a href={paths.meDecisions}>{t("My decisions")}</a>
          <a href={paths.meKeys}>{t("My key")}</a>
        </p>
      )}
      {step === "source" && waiting > 0 && (
        <p class="note">
          {tx("Statements that you signed before wait to be submitted: {n}. {decisions} does it.", {
            n: waiting,
            decisions: <a href={paths.meDecisions}>{t("My decisions")}</a>,
          })}
        </p>
      )}
      {step === "source" && (
        <SourceStep
          sitting={sitting}
          organisations={organisations}
          onFound={(named) => {
            setMemory((before) => ({ ...before, ready: null }));
            setSitting({ ...noSitting, ...named, chosen: named.found.map(({ organisation }) => organisation.id) });
            go("whom");
          }}
        />
      )}
      {step === "whom" && <WhomStep sitting={sitting} onChoose={(chosen) => change({ chosen })} onBack={() => go("source")} onGo={() => go("acts")} />}
      {step === "acts" && (
        <ActsStep
          sitting={sitting}
          home={home}
          onHome={(next) => {
            setHome(next);
            change({ acts: null });
            void writeKept({ home: next }).catch((error: unknown) => setWrong(wordsOf(error)));
          }}
          onChange={change}
          onBack={() => go("whom")}
          onGo={() => go("check")}
        />
      )}
      {step === "check" && home !== undefined && (
        <CheckStep
          sitting={sitting}
          home={home}
          keys={keys}
          seed={memory.seed}
          ready={memory.ready}
          onSeed={(seed) => setMemory({ ...memory, seed })}
          onReady={(ready) => setMemory((before) => ({ ...before, ready }))}
          onBack={() => go("acts")}
          onSign={() => go("sign")}
          onNothing={() => {
            setMemory(NOTHING);
            setSitting(noSitting);
            go("source");
          }}
        />
      )}
      {step === "sign" && memory.ready !== null && memory.seed !== null && (
        <SignStep
          ready={memory.ready}
          seed={memory.seed}
          keys={keys}
          words={sitting.words}
          onBack={() => go("check")}
          onDemonstration={async () => {
            const seed = makeDemonstrationKey();
            return { seed, ready: await makeReady({ seed, drafts: draftsOf(sitting, home!) }) };
          }}
          onDone={(signed, problem) => {
            setMemory({ seed: signed.seed, ready: null, problem });
            setSitting({ ...sitting, signed: signed.items.map(({ id }) => id) });
            void load().then(() => go("done"));
          }}
        />
      )}
      {step === "done" && book !== null && keys !== null && (
        <DoneStep
          sitting={sitting}
          book={book}
          keys={keys}
          home={home}
          seed={memory.seed}
          problem={memory.problem}
          onAgain={(problem) => {
            setMemory({ ...memory, problem });
            void load();
          }}
          onKit={(day) => void writeKept({ keys: { ...keys, kit: day } }).then(load)}
          onNew={() => {
            setSitting(noSitting);
            go("source");
          }}
        />
      )}
      {step === "done" && book === null && (
        <p>
          <Go onClick={() => setSitting(noSitting)}>{t("Begin another sitting")}</Go>
        </p>
      )}
    </div>
  );
}
