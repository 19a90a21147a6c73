/** /privacy: who answers for which data, what the serving process sees, how long what is kept, and what this cannot do. */
import { Caution, Part, Table } from "../../../ui/kit.tsx";
import { Page } from "../../../ui/layout.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn, tx } from "../../../ui/text.ts";
import type { Host, PrivacyPage } from "./props.ts";

/** Below this a log has so few entries that those of one moment are easily told apart. */
const SMALL_LOG = 100_000;

export function PrivacyView({ site, host, corrections, mailDays, mailMonths, backupMonths, logSize }: PrivacyPage) {
  return (
    <Page
      site={site}
      title={t("Privacy")}
      description={t("Who answers for which data on this register, what the serving process sees, how long what is kept, and the limits that remain.")}
    >
      <h1>{t("Privacy")}</h1>
      <p class="lede">
        {t(
          "This register is built so that it cannot learn what you decided, or towards whom. It keeps sealed entries that say nothing. But whoever serves a page sees that it was asked for. This page says what is seen, what is kept, and what we cannot promise.",
        )}
      </p>
      <HostBox host={host} />

      <Part id="roles" title={t("Who answers for what")}>
        <Table
          caption={t("Data, who answers for them, on which ground, and how long they are kept")}
          columns={[{ title: t("Data") }, { title: t("Who answers") }, { title: t("Ground") }, { title: t("Kept") }]}
          rows={[
            [
              t("Traffic: network address, time, what was asked for"),
              t("the host, as controller"),
              t("its interest in a service that works and withstands attacks, Art. 6(1)(f) GDPR"),
              t("The program writes no address; it holds addresses in memory for its rate limits. Access logs of a server in front of it: 7 days at most."),
            ],
            [
              t("Entries of the log: sealed commitments, locks, secrets of withdrawals"),
              t("the host, as controller"),
              t("you asked for it, Art. 6(1)(b); the interest of all in a log from which nothing is removed, Art. 6(1)(f)"),
              t("For as long as the log exists. Without what you keep, an entry says nothing about anybody."),
            ],
            [
              t("Your backups: sealed blobs of equal size"),
              t("the host, as controller"),
              t("you asked for it, Art. 6(1)(b)"),
              tn(backupMonths, "Until you delete them, or for {n} month without use.", "Until you delete them, or for {n} months without use."),
            ],
            [
              t("Envelopes in mailboxes: for which company, when, how large"),
              t("the host, as controller"),
              t("you asked for it, Art. 6(1)(b)"),
              <>
                {tn(mailDays, "Deleted {n} day after the company has fetched the message.", "Deleted {n} days after the company has fetched the message.")}{" "}
                {tn(mailMonths, "What nobody fetches is deleted after {n} month.", "What nobody fetches is deleted after {n} months.")}
              </>,
            ],
            [
              t("What is inside: sealed for the company"),
              t("the company, as controller; the host is its processor"),
              t("that of the company"),
              t("As the envelope. The host cannot read it."),
            ],
            [
              t("The map: what organisations declare and what was seen of them; contacts that they published"),
              t("the host, as controller"),
              t("the interest of the public to know who uses data, Art. 6(1)(f)"),
              tx("As long as the source stands and nobody rightly objects: {sources}.", { sources: <a href={paths.sources}>{t("sources")}</a> }),
            ],
            [
              t("What a company keeps of your decisions, in its desk"),
              t("the company, as controller"),
              t("its duty to prove consent and to obey, Art. 7(1) and 6(1)(c)"),
              t("The company says so in its notice. The register has no part in it."),
            ],
          ]}
        />
        <p>
          {t(
            "There are no cookies, no measurement of visitors, no advertising, no profile, and no decision by a machine about you. Nothing is loaded from elsewhere, and nothing is sold.",
          )}
        </p>
        <p>{t("Your keys and records are in your own browser, once you begin to decide. They leave it only sealed, or where you deliver them.")}</p>
      </Part>

      <Part id="blindness" title={t("What the register sees, and what not")}>
        <Table
          caption={t("What the serving process sees when you decide")}
          columns={[{ title: t("It sees") }, { title: t("It does not see") }]}
          rows={[
            [
              t("that your network address opened /me, and when"),
              t("whom your browser says yes to, or what your file holds: both are read in your browser only"),
            ],
            [t("that blocks of at least 500 organisations were fetched"), t("which of them you looked for")],
            [t("that some entries came in, and when"), t("who signed them, towards whom, for what, or whether they allow or refuse: all of them look alike")],
            [t("that a blob of equal size was stored or read"), t("what is in it, or whose it is")],
            [t("for a mailbox: which company, and when"), t("what was said to it, or by whom")],
            [t("for a scan: the site that you ask it to visit. It asks you first"), t("what you do there")],
          ]}
        />
        <p>
          {t(
            "Blind means: the log and the stores learn nothing. The process that serves you sees addresses and times. Somebody who wrote them all down could guess which entries of one evening belong together. This program does not write them down, but from outside you cannot check that a host does not. If it matters to you, use a network that hides your address, and spread your decisions over hours.",
          )}
        </p>
        <p>
          {t(
            "The register is blind as long as your page is honest. It comes from this host, and holds your key while you decide. A dishonest host could serve you another page. The build’s hash is published, and the same can be done with a program that you install:",
          )}{" "}
          <code>npx freehold</code>.
        </p>
        {logSize < SMALL_LOG && (
          <Caution>
            <p>
              {tn(
                logSize,
                "This log is small: {n} entry. Companies that put together what they hold can link neighbouring entries of one moment.",
                "This log is small: {n} entries. Companies that put together what they hold can link neighbouring entries of one moment.",
              )}
            </p>
          </Caution>
        )}
      </Part>

      <Part id="limits" title={t("What we cannot promise")}>
        <Table
          caption={t("Attacks, what stops or proves them, and what remains")}
          columns={[{ title: t("Somebody …") }, { title: t("What stops or proves it") }, { title: t("What remains") }]}
          rows={[
            [t("forges your consent"), t("a key for each company that only you have, and its own offer"), t("people who never began to use this")],
            [
              t("denies your withdrawal"),
              t("the log, the company’s word or the chain: any one"),
              t("the company can still use the data. We prove; we cannot prevent"),
            ],
            [t("brings back what you withdrew or refused"), t("the rule by which a desk checks"), t("nothing that we know of")],
            [t("drops or delays your entry"), t("a proof for each, and the chain as another way in"), t("the register and the chain away at the same time")],
            [t("shows you another log than others"), t("witnesses and anchors"), t("all witnesses of the quorum in one conspiracy")],
            [t("changes a date"), t("what you had seen, and when witnesses signed"), t("the time between the two")],
            [t("links your decisions"), t("another key, lock and opening for each; nothing to search by"), t("network addresses and times")],
            [t("finds your withdrawal code"), t("it can only end something"), t("a nuisance: allow again if you want")],
            [t("takes or breaks your device"), t("the kit on paper, several passkeys"), t("the kit lost too: then nobody can recover your keys")],
            [t("builds a quantum computer"), t("entries stay as unreadable as they are"), t("signatures of today could then be forged")],
          ]}
        />
        <p>{tx("Each row is tested, or is a limit: {impact}.", { impact: <a href={paths.impact}>{t("impact assessment")}</a> })}</p>
      </Part>

      <Part id="erasure" title={t("To have it all deleted")}>
        <p>{t("Your own copies: one button at /me. It deletes the backups here at once, and what your browser keeps.")}</p>
        <p>{t("At a company: ask for erasure. It deletes record, opening and secret, unless a law obliges it to keep them.")}</p>
        <p>
          {t(
            "The entry in the log stays. Once record and opening are gone, nobody can show what it was, and everybody else’s proofs still hold. No note says that something was deleted: that would say too much.",
          )}
        </p>
      </Part>

      <Part id="rights" title={t("Your rights here")}>
        <p>
          {t(
            "You may ask what is held about you, have it corrected, deleted or restricted, take it with you, and object. We do not know which entries or backups are yours, and need not find out (Art. 11 GDPR). With your key you find, read and delete them yourself.",
          )}
        </p>
        <p>{t("You may complain to the supervisory authority where you live, work, or think that the law was broken.")}</p>
        {host !== null && <p>{tx("Write to {contact}.", { contact: <a href={host.contact}>{addressOf(host.contact)}</a> })}</p>}
      </Part>

      <Part id="named" title={t("Organisations and people named in the map")}>
        <p>
          {t(
            "The map repeats what organisations publish, with source and date. Where that names a person (a contact, an officer), she did not give it to us: this is the information under Art. 14 GDPR.",
          )}
        </p>
        <p>
          {t(
            "Is something wrong? Say which fact and why. The correction stands beside the fact, with its date; what is not lawful to show is withheld, and only its hash and the reason stay.",
          )}
        </p>
        <p>{t("A named person may object at any time, Art. 21(1). Her name and address are then taken out of all versions, and are not read in again.")}</p>
        {corrections === null ? (
          <p class="unknown">{t("Whoever runs this copy has named no address for corrections.")}</p>
        ) : (
          <p>{tx("{ask}.", { ask: <a href={corrections}>{t("Ask for a correction, or object")}</a> })}</p>
        )}
      </Part>

      <Part id="guardians" title={t("Children and guardians")}>
        <p>{t("Nobody is asked for an age in order to refuse, withdraw or ask. A child may do so alone.")}</p>
        <p>
          {t(
            "A guardian can get a limited power: to refuse, to withdraw and to ask, for three years at most. Never to allow. It ends by itself, and what was refused stays refused until she allows it herself.",
          )}
        </p>
        <p>{t("A guardian who signs for somebody without keys proves only what he himself undertakes.")}</p>
        <p>{t("Offers that are directed at children cannot be allowed here.")}</p>
      </Part>

      <Part id="processor" title={t("Terms for mailboxes")} note={<span class="note">{t("Art. 28 GDPR, between the company and the host")}</span>}>
        <ol>
          <li>
            {t(
              "Subject: the host takes sealed messages for the company, keeps them until they are fetched, and tells its webhook that one arrived. Nothing else is done with them.",
            )}
          </li>
          <li>
            {t(
              "Duration: as long as the company’s newest claim names a mailbox. Whose data: people who write to the company. Which data: unknown to the host, as they are sealed.",
            )}
          </li>
          <li>{t("The host acts on the company’s instructions only. These are the claim and the requests of the interface.")}</li>
          <li>{t("Who works for the host is bound to confidentiality.")}</li>
          <li>
            {t(
              "Security: sealed in the sender’s browser for a key that only the company has; reading only with a signature by a key of its claim; every deposit is signed.",
            )}
          </li>
          <li>{t("The host names its own processors here before it uses them, and the company may object. The program itself uses none.")}</li>
          <li>
            {t(
              "The host helps with the rights of people and with breaches as far as it can without reading anything. It tells the company of a breach without undue delay.",
            )}
          </li>
          <li>
            {tn(
              mailDays,
              "A fetched message is deleted {n} day later. At the end of the mailbox all are deleted.",
              "A fetched message is deleted {n} days later. At the end of the mailbox all are deleted.",
            )}
          </li>
          <li>{t("The company may inspect: the program is open, the log can be audited by anyone, and the host answers questions.")}</li>
        </ol>
      </Part>
    </Page>
  );
}

function HostBox({ host }: { host: Host | null }) {
  if (host === null) {
    return (
      <Caution>
        <p>
          <strong>{t("This is not a public host.")}</strong>{" "}
          {t("Whoever runs this copy has named nobody who answers for it. Use it to try things, not to decide.")}
        </p>
      </Caution>
    );
  }
  return <p>{tx("The host is {name}, {contact}.", { name: <strong>{host.name}</strong>, contact: <a href={host.contact}>{addressOf(host.contact)}</a> })}</p>;
}

export function addressOf(contact: string): string {
  return contact.replace(/^(mailto:|https?:\/\/)/, "");
}
