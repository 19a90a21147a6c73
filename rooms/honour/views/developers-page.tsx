/** /developers: what joining means for a company, how to begin, and how to answer without joining. */
import type { ComponentChildren } from "preact";
import { Caution, CodeBlock, Command, Part, Table } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tx } from "../../../ui/text.ts";
import type { DevelopersPage, Passage } from "./props.ts";

const CLAIM = `{
  "@context": "urn:freehold:publication:1",
  "author": "https://shop.example",
  "body": {
    "deliver": "https://shop.example/freehold/records",
    "keys": [{ "crv": "P-256", "kty": "EC", "x": "…", "y": "…" }],
    "name": "Acme Shop Ltd",
    "withdraw": "https://shop.example/freehold/withdraw"
  },
  "issued": "2026-11-01T09:00:00Z",
  "type": "claim"
}`;
const WEBHOOK = `POST /freehold/arrived HTTP/1.1
webhook-id: msg_2Lh9…
webhook-timestamp: 1795428000
webhook-signature: v1,K5oZfz…

{"type":"mailbox.received","timestamp":"2026-11-23T10:00:00Z","data":{"message":"5e0c…"}}`;

export function DevelopersView({ site, quickStart }: DevelopersPage) {
  const mailbox = `${site.url}/v1/mailboxes/$MAILBOX`;
  return (
    <Page
      site={site}
      title={t("For companies")}
      description={t(
        "How a company joins: it claims its domain, publishes its notice, makes offers, and checks before each use of data. How to answer without joining.",
      )}
    >
      <h1>{t("Obey a decision, and be able to prove it")}</h1>
      <p class="lede">
        {t(
          "A person decides who may use her data. You receive what she signed, ask before each use, and can show at any time what you were allowed. The register never sees what was decided: all of it runs on your side.",
        )}
      </p>
      <ul class="doors">
        <Door href={paths.playground} title={t("Playground")}>
          {t("Make up a history and see why a check answers what it answers.")}
        </Door>
        <Door href={paths.developersApi} title={t("API reference")}>
          {t("Every request that this register answers, from its own OpenAPI document.")}
        </Door>
      </ul>

      <Part id="joining" title={t("Joining, in four steps")}>
        <ol class="joining">
          <Step title={t("Claim your domain")}>
            <p>
              {tx(
                "You sign a statement of your keys and endpoints, and serve it at {place} on your own host. The register fetches it there, and publishes it in the log. Nobody can claim a host that is not theirs.",
                {
                  place: <code>/.well-known/freehold.json</code>,
                },
              )}
            </p>
            <CodeBlock label={t("A claim, before it is signed")}>{CLAIM}</CodeBlock>
            <Command>{`curl -X POST ${site.url}/v1/claims -H 'content-type: application/json' -d '{"origin":"https://shop.example"}'`}</Command>
            <p class="note">{t("New keys: a successor, signed by a key of the claim before. Lost all keys: a second chain, which everybody sees as such.")}</p>
          </Step>
          <Step title={t("Publish your notice")}>
            <p>
              {t(
                "What you tell people about your processing is a signed document in the log. It cannot change: a new text is a new version, and whoever decided under the old one is shown the difference.",
              )}
            </p>
          </Step>
          <Step title={t("Make an offer")}>
            <p>
              {t(
                "An offer says for what, which data, how used, how long and on what ground. It names your notice, lives a day at most, and has two answers of the same size: allow and refuse. You send the person to her own register with a link; all of it stands behind the #, so that no server reads it.",
              )}
            </p>
            <CodeBlock label={t("An offer by link")}>{`${site.url}/me/decide#offer=<JWS>&reference=7Qm3…&return=https://shop.example/welcome`}</CodeBlock>
          </Step>
          <Step title={t("Run a desk")}>
            <p>
              {t(
                "A desk receives what she signed, verifies it, binds it to her account, acknowledges it, and answers your question before each use in about a microsecond, in your own process. It learns of a withdrawal from your endpoint, from the log, or from the chain: any one is enough. Where it cannot tell, the answer is no.",
              )}
            </p>
          </Step>
        </ol>
      </Part>

      <Part id="quick-start" title={t("Quick start")} note={<code>@freehold/sdk</code>}>
        {quickStart.length === 0 ? (
          <p class="unknown">{t("This copy of the register came without the guide of its SDK: see sdk/README.md in its source.")}</p>
        ) : (
          <div lang="en">
            {quickStart.map((passage, i) => (
              <PassageView key={i} passage={passage} />
            ))}
          </div>
        )}
      </Part>

      <Part id="delivery" title={t("What reaches you")}>
        <Table
          caption={t("What a desk receives")}
          columns={[{ title: t("What"), width: "narrow" }, { title: t("Where"), width: "narrow" }, { title: t("What you do") }]}
          rows={[
            [t("A decision"), <code>deliver</code>, t("Verify, keep, acknowledge. A refusal counts from its receipt, also without a proof.")],
            [t("A withdrawal"), <code>withdraw</code>, t("Stop at once, and log it. Anyone may bring one: whoever has the code could only end, never allow.")],
            [t("A request"), <code>deliver</code>, t("Access, correction, erasure and so on: into your inbox, with the day by which the law wants an answer.")],
          ]}
        />
        <p>{t("The same thing twice is the same thing once. An endpoint that is away answers nothing, and loses nothing: the log is read when it is back.")}</p>
      </Part>

      <Part id="mailbox" title={t("Mailbox")}>
        <p>
          {t(
            "You have no endpoint that is always there? Name a mailbox key in your claim. What is for you is then sealed in the person’s browser and waits here. The register sees for whom it is, when it came, and nothing else.",
          )}
        </p>
        <Command>{`curl ${mailbox}?after=0 -H "authorization: Freehold $JWS"`}</Command>
        <p class="note">
          {tx(
            "{mailbox} is the SHA-256 of your controller id, {jws} is signed by a key of your claim for this one request and five minutes. The SDK does both.",
            {
              mailbox: <code>$MAILBOX</code>,
              jws: <code>$JWS</code>,
            },
          )}
        </p>
      </Part>

      <Part id="webhooks" title={t("Webhooks")} note={<a href="https://www.standardwebhooks.com">Standard Webhooks</a>}>
        <p>{t("A webhook says that something arrived, and not what. It is signed with your secret. Check the signature, then fetch.")}</p>
        <CodeBlock label={t("What is sent to you")}>{WEBHOOK}</CodeBlock>
        <p>{t("Set it, on your own host, and send yourself a test: the answer says at once what your endpoint said.")}</p>
        <Command>{`curl -X PUT ${mailbox}/webhook -H "authorization: Freehold $JWS" -H 'content-type: application/json' -d '{"url":"https://shop.example/freehold/arrived"}'`}</Command>
        <Command>{`curl -X POST ${mailbox}/webhook/test -H "authorization: Freehold $JWS"`}</Command>
        <p>
          {t(
            "What you do not answer with 2xx is sent again after 5 seconds, 1 minute, 10 minutes, 1 hour, 6 hours and 24 hours. 410 ends the webhook. Nothing is lost when all fail: the mailbox keeps it.",
          )}
        </p>
      </Part>

      <Part id="check" title={t("Before each use")}>
        <p>
          {t("Ask with one purpose, one kind of data and one kind of use, in the words of the W3C Data Privacy Vocabulary. The answer is yes, or a reason:")}
        </p>
        <Table
          caption={t("Reasons of a check that does not allow")}
          columns={[{ title: t("Reason"), width: "narrow" }, { title: t("It means") }, { title: t("What helps") }]}
          rows={[
            [<code>no_grant</code>, t("She was not asked, or allowed something else."), t("An offer.")],
            [<code>lapsed</code>, t("She declared the key lost under which she allowed it."), t("An offer, which she answers with her new key.")],
            [<code>ended</code>, t("She withdrew it."), t("Nothing. Stop, and delete what you keep on this ground alone.")],
            [<code>expired</code>, t("Its time is over."), t("An offer, in good time before the end.")],
            [<code>unproved</code>, t("It is not yet shown to be in the log."), t("Wait some seconds, or log it yourself.")],
            [<code>stale</code>, t("Your desk has not heard from the log for too long."), t("Look at the network. Until then: no.")],
            [<code>below_floor</code>, t("You erased something, or restored a backup, that she may have said since."), t("An offer.")],
            [
              <code>blocked</code>,
              t("Something speaks against it that she had not seen when she allowed it."),
              t("An offer. Her next answer is given in sight of everything."),
            ],
          ]}
        />
        <p>{tx("See it at work in the {playground}.", { playground: <a href={paths.playground}>{t("playground")}</a> })}</p>
        <Caution>
          <p>{t("Not allowed means: not on consent. Whether another legal basis holds is yours to state, to her too.")}</p>
        </Caution>
      </Part>

      <Part id="children" title={t("Children and guardians")}>
        <p>{t("A guardian may refuse, withdraw and ask for a child. He cannot allow: a desk takes no grant that a guardian signed.")}</p>
        <p>{t("An offer that is directed at children has no answer that allows. Nobody’s age is asked in order to refuse.")}</p>
      </Part>

      <Part id="without-joining" title={t("You got a letter, and have not joined")}>
        <p>
          {t(
            "You need no account and no software to answer. A letter that reached you through Freehold is her own letter: it works as any other would under the law, from the day it arrived.",
          )}
        </p>
        <ol>
          <li>{t("Read what she asks, and from which day. Stop what she withdrew or objected to.")}</li>
          <li>{t("Do not ask for a copy of an identity card by reflex: ask only for what you need to find her data (Art. 11(2) and 12(6) GDPR).")}</li>
          <li>{t("Pass it on to those to whom you gave the data (Art. 19), and name them if she asks.")}</li>
          <li>{t("Answer to the address in the letter: without delay, and within a month. Two months more only if you say why within the first.")}</li>
        </ol>
        <p>
          {t(
            "The entry that the letter names shows that she had decided by that day. It does not show you her decision: the letter does, and the receipt, if she attached it.",
          )}
        </p>
        <CodeBlock label={t("Check a receipt yourself")}>{"npx freehold verify receipt.json --policy policy.json"}</CodeBlock>
        <p>
          {tx("What this register says about you is wrong? {corrections}.", {
            corrections: <a href={paths.corrections}>{t("Ask for a correction, or object")}</a>,
          })}
        </p>
      </Part>

      <Part id="limits" title={t("What it does not do")}>
        <p>
          {t(
            "It proves; it cannot prevent. Whoever ignores a check can still use data. The person then holds dated evidence that does not depend on your systems.",
          )}
        </p>
        <p>{t("An acknowledgement that you do not log does not count for you. Against you it does.")}</p>
      </Part>
    </Page>
  );
}

function Door({ href, title, children }: { href: string; title: string; children: ComponentChildren }) {
  return (
    <li>
      <a href={href}>{title}</a>
      <span>{children}</span>
    </li>
  );
}

function Step({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <li>
      <h3>{title}</h3>
      {children}
    </li>
  );
}

function PassageView({ passage: { kind, text } }: { passage: Passage }) {
  if (kind === "heading") return <h3>{text}</h3>;
  if (kind === "code")
    return (
      <pre class="code" tabIndex={0}>
        <code>{text}</code>
      </pre>
    );
  return <p>{text.split(/`([^`]+)`/).map((piece, i) => (i % 2 === 0 ? piece : <code key={i}>{piece}</code>))}</p>;
}
