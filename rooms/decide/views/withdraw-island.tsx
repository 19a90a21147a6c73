/** The island of /withdraw: a code, typed however badly, to the register and to the company; and the chain where both are silent. */
import { markWithdrawn, withdraw, chainCommand, endedBy } from "@freehold/person/withdraw";
import type { Outcome } from "@freehold/person/withdraw";
import { learnRegister } from "@freehold/person/register";
import type { Discovered } from "@freehold/person/register";
import { ask, expectStatus, membersOf } from "@freehold/person/http";
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf, parseCode } from "@freehold/protocol/lock";
import { verifyClaim } from "@freehold/protocol/publication";
import { parseReceipt } from "@freehold/protocol/receipt";
import { controllerId, decodeRecord } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Caution, Command, Mark, Refused, Time, Verified } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import { StepHeading, TroubleBox, browserFetch, clock, takeFragment, troubleOf } from "./decision-parts.tsx";
import type { Trouble } from "./decision-parts.tsx";
import { actSentence } from "./decision-words.ts";
import { changeKept } from "./decide-flow.ts";
import { readKept } from "./keep.ts";

/** What the register says of a lock: a claim, which the page of each entry verifies. */
interface LockState {
  records: number[];
  count: number;
}

interface Done {
  outcomes: Outcome[];
  lock: string;
  ended: LockState | null;
  /** Decisions of this browser that it ended. */
  own: string[];
}

type Stage =
  | { step: "type" }
  | { step: "confirm"; secret: Uint8Array }
  | { step: "running"; secret: Uint8Array }
  | { step: "done"; secret: Uint8Array; done: Done };

function Withdraw() {
  const [typed, setTyped] = useState("");
  const [company, setCompany] = useState("");
  const [stage, setStage] = useState<Stage>({ step: "type" });
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [register, setRegister] = useState<Discovered | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    // Now, so that the chains are known where the register falls silent later.
    learnRegister(location.origin, browserFetch).then(setRegister, () => {});
    const code = takeFragment().get("code");
    if (code !== null) setTyped(code);
  }, []);

  const check = () => {
    setTrouble(null);
    try {
      const text = typed.trim();
      const secret = parseCode(text.startsWith("{") ? codeOf(text) : text);
      if (company.trim() !== "") companyId(company);
      setStage({ step: "confirm", secret });
    } catch (error) {
      setTrouble(troubleOf(error, t("This cannot be taken as it is.")));
      field.current?.focus();
    }
  };
  const end = async (secret: Uint8Array) => {
    setStage({ step: "running", secret });
    setTrouble(null);
    try {
      setStage({ step: "done", secret, done: await carryOut(secret, register, company.trim() === "" ? null : companyId(company)) });
    } catch (error) {
      setTrouble(troubleOf(error, t("It could not be sent.")));
      setStage({ step: "confirm", secret });
    }
  };

  if (stage.step === "done") return <Result done={stage.done} secret={stage.secret} register={register} again={() => void end(stage.secret)} />;
  return (
    <>
      {trouble !== null && (
        <div role="alert" class="alert">
          <TroubleBox trouble={trouble} />
        </div>
      )}
      {stage.step === "type" ? (
        <form
          class="asking"
          onSubmit={(event) => {
            event.preventDefault();
            check();
          }}
        >
          <label class="ds-label" for="code-field">
            {t("Withdrawal code")}
          </label>
          <p class="note" id="code-help">
            {t("56 letters and digits in 14 groups. Small letters, spaces and line breaks do not matter; a mistyped one is noticed.")}
          </p>
          <textarea
            class="ds-input code-field"
            id="code-field"
            ref={field}
            rows={3}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            required
            aria-describedby="code-help"
            aria-invalid={trouble !== null}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <label class="ds-label" for="company-field">
            {t("Tell the company too (optional)")}
          </label>
          <p class="note" id="company-help">
            {t("Its web address, such as shop.example. Then it knows at once, and the register is not needed for it.")}
          </p>
          <input
            class="ds-input"
            id="company-field"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="company-help"
            value={company}
            onInput={(event) => setCompany(event.currentTarget.value)}
          />
          <div class="row">
            <button class="ds-button" type="submit">
              {t("Check the code")}
            </button>
          </div>
        </form>
      ) : (
        <form
          class="asking"
          onSubmit={(event) => {
            event.preventDefault();
            if (stage.step === "confirm") void end(stage.secret);
          }}
        >
          <StepHeading step={stage.step === "confirm" ? "confirm" : "running"}>{t("The code is complete and has no typing mistake.")}</StepHeading>
          <p>{t("Ending cannot be undone. What had been allowed until now stays as it was; from now on nothing is allowed by it.")}</p>
          <div class="row">
            <button class="ds-button" type="submit" aria-disabled={stage.step === "running"}>
              {t("End it")}
            </button>
            <button class="ds-button" data-variant="secondary" type="button" onClick={() => setStage({ step: "type" })}>
              {t("Back")}
            </button>
          </div>
          <div role="status">{stage.step === "running" && <Mark kind="running">{t("Waiting until the register has published it")}</Mark>}</div>
        </form>
      )}
    </>
  );
}

/** From a receipt that was pasted in place of the code. */
function codeOf(text: string): string {
  const { code } = parseReceipt(text);
  if (code === undefined) throw new FreeholdError("code_malformed", t("This is a receipt without a withdrawal code: only her own copy has one."));
  return code;
}

function companyId(typed: string): string {
  const text = typed.trim();
  try {
    return controllerId(new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`).origin, "company");
  } catch {
    throw new FreeholdError("argument_invalid", t("“{typed}” is no web address of a company, such as shop.example.", { typed: text.slice(0, 100) }));
  }
}

/** The address for withdrawals that a company's own claim names: signed by the company, on its own host. */
async function withdrawAddress(company: string): Promise<string> {
  const at = `${company}/.well-known/freehold.json`;
  const { claim } = membersOf(expectStatus(await ask(browserFetch, at, { max: 262_144, timeout: 10_000 }), [200], at).body);
  const verified = typeof claim === "string" ? await verifyClaim(claim) : undefined;
  const address = verified?.author === company ? verified.body.withdraw : undefined;
  if (address === undefined) throw new FreeholdError("claim_unknown", t("{company} names no address for withdrawals.", { company }));
  return address;
}

async function carryOut(secret: Uint8Array, register: Discovered | null, company: string | null): Promise<Done> {
  const kept = await readKept().catch(() => undefined);
  const known = kept?.book.register ?? register ?? (await learnRegister(location.origin, browserFetch).catch(() => null));
  const outcomes: Outcome[] = [];
  let address: string | undefined;
  if (company !== null) {
    try {
      address = await withdrawAddress(company);
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      outcomes.push({ by: "company", done: false, code: error.code, why: error.message });
    }
  }
  if (known === null) outcomes.unshift({ by: "register", done: false, code: "unavailable", why: t("The register does not answer.") });
  outcomes.unshift(
    ...(await withdraw({
      secret,
      fetch: browserFetch,
      ...(known !== null && { register: { url: location.origin, policy: parseTrustPolicy(known.policy) } }),
      ...(address !== undefined && { company: address }),
    })),
  );
  const lock = toHex(lockOf(secret));
  const isEnded = outcomes.some(({ done }) => done);
  const own = kept === undefined ? [] : endedBy(kept.book, secret).map((id) => ownWords(kept.book.items.find((item) => item.id === id)!.jws));
  if (kept !== undefined && isEnded) await changeKept((book) => markWithdrawn(book, secret, outcomes, formatInstant(Math.floor(clock()))));
  return { outcomes, lock, own, ended: outcomes.some(({ by, done }) => by === "register" && done) ? await lockState(lock) : null };
}

function ownWords(jws: string): string {
  const { record } = decodeRecord(jws);
  return `${record.controller.name}: ${actSentence(record.act)}`;
}

async function lockState(lock: string): Promise<LockState | null> {
  try {
    const { records, count } = membersOf(expectStatus(await ask(browserFetch, location.origin + paths.lockData(lock), { max: 65_536 }), [200], lock).body);
    const indexes = Array.isArray(records) ? records.map((one: unknown) => (typeof one === "number" ? one : (one as { index?: unknown } | null)?.index)) : [];
    const numbers = indexes.filter((one): one is number => Number.isSafeInteger(one));
    return { records: numbers, count: typeof count === "number" ? count : numbers.length };
  } catch {
    return null; // it is only for reading on; the withdrawal has its proof
  }
}

function Result({
  done: { outcomes, ended, own },
  secret,
  register,
  again,
}: {
  done: Done;
  secret: Uint8Array;
  register: Discovered | null;
  again: () => void;
}) {
  const isEnded = outcomes.some(({ done }) => done);
  const failed = outcomes.filter((outcome) => !outcome.done);
  return (
    <>
      <StepHeading step="done">{isEnded ? t("It has ended.") : t("It has not ended yet.")}</StepHeading>
      <div role="status">
        {outcomes.map((outcome) =>
          outcome.done && outcome.by === "register" ? (
            <Verified key="register">
              <p>
                <Mark kind="holds">
                  <strong>{t("Logged: verified in your browser.")}</strong>
                </Mark>{" "}
                {tx("The withdrawal is {entry} of the log", { entry: <a href={paths.entry(outcome.index)}>{t("entry {index}", { index: outcome.index })}</a> })}
                {outcome.witnessedTime !== null && <> {tx("in a state witnessed at {time}", { time: <Time at={outcome.witnessedTime} /> })}</>}.
              </p>
            </Verified>
          ) : outcome.done ? (
            <p key="company">
              <Mark kind="holds">{t("The company says that it has ended it.")}</Mark> {t("That is its word; the log is the proof.")}
            </p>
          ) : (
            <Refused key={outcome.by}>
              <p>
                <Mark kind="fails">
                  <strong>{outcome.by === "register" ? t("The register has not taken it.") : t("The company has not taken it.")}</strong>
                </Mark>{" "}
                {outcome.code === "lock_unknown"
                  ? t("The code is well formed, and opens no record of this register. It may be of another register.")
                  : outcome.why}{" "}
                <code>{outcome.code}</code>
              </p>
            </Refused>
          ),
        )}
      </div>
      {own.length > 0 && isEnded && (
        <>
          <p>{t("Of the decisions that this browser keeps, it ended:")}</p>
          <ul>
            {own.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
      {ended !== null && ended.records.length > 0 && (
        <p>
          {tn(ended.count, "By the register’s answer it ended {n} entry:", "By the register’s answer it ended {n} entries:")}{" "}
          {ended.records.map((index, i) => (
            <>
              {i > 0 && ", "}
              <a href={paths.entry(index)}>{index}</a>
            </>
          ))}
          . {t("What was decided there, and towards whom, only the receipt says.")}
        </p>
      )}
      {isEnded && (
        <p>{t("What next: companies that check the register learn it within seconds. Keep the receipt: with it anyone sees that it has ended, and when.")}</p>
      )}
      {failed.length > 0 && (
        <div class="row">
          <button class="ds-button" data-variant="secondary" type="button" onClick={again}>
            {t("Try again")}
          </button>
        </div>
      )}
      {!isEnded && <Chain secret={secret} register={register} />}
    </>
  );
}

function Chain({ secret, register }: { secret: Uint8Array; register: Discovered | null }) {
  const chains = register?.chains ?? [];
  return (
    <Caution>
      <p>
        <strong>{t("There is a third way.")}</strong>{" "}
        {chains.length === 0
          ? t("This register names no chain. Try again later, or give the code to the company itself.")
          : t(
              "Neither register nor company is needed for it: anyone can send the code to the contract, for you too, and learns nothing of you. The command holds the code; your shell may keep it.",
            )}
      </p>
      {chains.map((chain) => (
        <Command key={chain.chainId}>{chainCommand(secret, chain).command}</Command>
      ))}
    </Caution>
  );
}

for (const place of document.querySelectorAll<HTMLElement>("[data-withdraw]")) render(<Withdraw />, place);
