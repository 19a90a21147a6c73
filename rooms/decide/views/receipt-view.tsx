/** A receipt as a page: what it says, verified here, and what can be done with it. The same for her own and for one that somebody gave. */
import { learnRegister } from "@freehold/person/register";
import { receiptLink, withdrawalLink } from "@freehold/person/receipt-link";
import { withoutCode } from "@freehold/person/receipts";
import { parseReceipt } from "@freehold/protocol/receipt";
import type { VerifiedReceipt } from "@freehold/protocol/receipt";
import { classOf } from "@freehold/protocol/record";
import { useEffect, useState } from "preact/hooks";
import { CodeBlock, Caution, Command, Fields, Hash, Mark, More, Refused, Time, Verified } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import { CopyButton, Qr, StepList, browserFetch, clock, fitsQr, saveFile } from "./decision-parts.tsx";
import { actSentence, durationWords, idWords, termWords, termsWords } from "./decision-words.ts";
import { checkReceipt, receiptFileName } from "./receipt-steps.ts";
import type { Checked, PolicyFrom, Step } from "./receipt-steps.ts";

export interface Policed {
  policy: string;
  from: PolicyFrom;
}

/** The policy to verify by: the one that was pasted, or that this browser keeps, or the register's proposal. */
export async function policyToUse(pasted: string, kept: string | null): Promise<Policed> {
  if (pasted.trim() !== "") return { policy: pasted, from: "pasted" };
  if (kept !== null) return { policy: kept, from: "kept" };
  return { policy: (await learnRegister(location.origin, browserFetch)).policy, from: "register" };
}

/** Verifies the text as soon as it is there, and shows what came of it. */
export function ReceiptView({ text, policed, own = false }: { text: string; policed: Policed; own?: boolean }) {
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    let done: readonly Step[] = [];
    let current = true;
    setSteps([]);
    setChecked(null);
    void checkReceipt(
      { text, ...policed, now: clock(), register: { url: location.origin, fetch: browserFetch } },
      (step) => current && setSteps((done = [...done, step])),
    ).then((result) => current && setChecked(result));
    return () => {
      current = false;
    };
  }, [text, policed]);
  const failed = steps.find(({ state }) => state === "fails");
  const { verified = null, now = null } = checked ?? {};
  return (
    <>
      <div role="status" class="verdict">
        {checked === null && <Mark kind="running">{t("Verifying")}</Mark>}
        {checked !== null && (verified === null || failed !== undefined) && (
          <Refused>
            <p>
              <Mark kind="fails">
                <strong>{t("Not verified.")}</strong>
              </Mark>{" "}
              {t("The step “{title}” failed: {detail}", { title: failed?.title ?? "", detail: failed?.detail ?? "" })}
            </p>
            <p>{t("What stands below it in the file is not shown: it may be anybody’s.")}</p>
          </Refused>
        )}
        {verified !== null && failed === undefined && (
          <Verified>
            <p>
              <Mark kind="holds">
                <strong>{t("Verified in your browser.")}</strong>
              </Mark>{" "}
              {stateSentence(verified, now)}
            </p>
          </Verified>
        )}
      </div>
      {verified !== null && failed === undefined && (
        <>
          {policed.from === "register" && (
            <Caution>
              <p>
                {t(
                  "Verified by the policy that this register proposes, with a script that came from it. To depend on it in nothing, use the command line and a policy of your own.",
                )}
              </p>
            </Caution>
          )}
          <What verified={verified} />
          <Uses text={text} own={own} />
        </>
      )}
      {steps.length > 0 && (
        <>
          <h3 class="receipt-part">{t("Step by step")}</h3>
          <StepList steps={steps} label={t("Steps of the verification")} />
        </>
      )}
    </>
  );
}

function stateSentence({ ended, expired, record }: VerifiedReceipt, now: Checked["now"]): string {
  if (ended || now?.ended === true)
    return classOf(record.act) === "grant" ? t("It has ended: it allows nothing any more.") : t("It has ended: it was taken back.");
  if (expired) return t("Its term is over: it allows nothing any more.");
  return now === null ? t("It had not ended when the receipt was made.") : t("It stands: it has not ended.");
}

function What({ verified }: { verified: VerifiedReceipt }) {
  const { record, index, checkpoint, notBefore, acknowledgements, kid } = verified;
  const party = `${record.controller.name} (${idWords(record.controller.id)})`;
  return (
    <>
      <h3 class="receipt-part">{t("What it says")}</h3>
      <Fields
        fields={[
          { name: t("Decision"), value: <strong>{actSentence(record.act)}</strong>, note: <code>{record.act}</code> },
          { name: t("Towards"), value: party },
          ...(record.processes ?? [null]).map((process) => ({
            name: t("About"),
            value:
              process === null ? (
                t("everything that it does with her data")
              ) : (
                <>
                  {tx("{purposes}; data: {data}; processing: {processing}", {
                    purposes: termsWords(process.purposes),
                    data: termsWords(process.data),
                    processing: termsWords(process.processing),
                  })}
                </>
              ),
            ...(process !== null && processNote(process) !== "" && { note: processNote(process) }),
          })),
          ...(record.expires === undefined ? [] : [{ name: t("Until"), value: record.expires.slice(0, 10) }]),
          {
            name: t("Signed"),
            value: notBefore === null ? t("at a time that nobody witnessed") : tx("after {time}", { time: <Time at={notBefore} /> }),
            note: t("in knowledge of the log’s state at that time; by a key that is used towards this company alone"),
          },
          {
            name: t("In the log"),
            value: (
              <>
                <a href={paths.entry(index)}>{t("entry {index}", { index })}</a>
                {checkpoint.witnessedTime !== null && <> {tx("of a state witnessed at {time}", { time: <Time at={checkpoint.witnessedTime} /> })}</>}
              </>
            ),
          },
          {
            name: t("Company’s answer"),
            value:
              acknowledgements.length === 0
                ? t("none in this receipt")
                : acknowledgements.map(({ answer, issued }) => `${termWords(answer)}, ${issued}`).join("; "),
          },
          { name: t("Key"), value: <Hash value={kid} /> },
        ]}
      />
    </>
  );
}

function processNote({ ground, retention, recipients, storage }: NonNullable<VerifiedReceipt["record"]["processes"]>[number]): string {
  return [
    ground && t("ground: {ground}", { ground: termWords(ground) }),
    retention && t("kept for {time}", { time: durationWords(retention) }),
    recipients && t("shared with {names}", { names: recipients.map(({ name }) => name).join(", ") }),
    storage && t("stored in {countries}", { countries: storage.join(", ") }),
  ]
    .filter(Boolean)
    .join("; ");
}

/** File, link, QR code and command; and, where the receipt holds the code, withdrawing. */
function Uses({ text, own }: { text: string; own: boolean }) {
  const receipt = parseReceipt(text);
  const { code } = receipt;
  const link = receiptLink(text, `${location.origin}/receipt`);
  const name = receiptFileName(receipt);
  return (
    <>
      <h3 class="receipt-part">{t("Use it")}</h3>
      <div class="row">
        <button class="ds-button" data-variant="secondary" type="button" onClick={() => saveFile(name, withoutCode(text), "application/json")}>
          {t("Save as a file to give away")}
        </button>
        {code !== undefined && (
          <button
            class="ds-button"
            data-variant="secondary"
            type="button"
            onClick={() => saveFile(name.replace("receipt-", "my-receipt-"), text, "application/json")}
          >
            {t("Save my copy, with the withdrawal code")}
          </button>
        )}
        <CopyButton text={link}>{t("Copy the link")}</CopyButton>
      </div>
      <p class="note">
        {t(
          "The link carries the receipt behind the sign #, which browsers do not send: no server sees it. It still stands in histories and messages. The withdrawal code is in neither.",
        )}
      </p>
      <More summary={t("The link as a QR code")}>
        {fitsQr(link) ? (
          <Qr text={link} label={t("QR code of the link to this receipt")} />
        ) : (
          <p>{t("This receipt is too long for a QR code ({length} characters; a code holds 2,953): use the file or the link.", { length: link.length })}</p>
        )}
      </More>
      {code !== undefined && (
        <More summary={own ? t("My withdrawal code, on paper") : t("This receipt holds its withdrawal code")}>
          <p>{t("Whoever has this code can end the decision, here, at the company or on the chain, and nothing else. It needs no key and no account.")}</p>
          <CodeBlock label={t("Withdrawal code")}>{code}</CodeBlock>
          <Qr text={withdrawalLink(code, `${location.origin}/withdraw`)} label={t("QR code that opens the page of withdrawal with this code")} />
          <p>
            <a href={withdrawalLink(code, "/withdraw")}>{t("End the decision now")}</a>
          </p>
        </More>
      )}
      <More summary={t("Verify without this register")}>
        <Command>{`npx freehold verify --policy my-policy.txt ${name}`}</Command>
        <p class="note">{t("The program is open source. It needs no network; a policy of your own says whom to believe.")}</p>
      </More>
    </>
  );
}
