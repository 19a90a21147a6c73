/** One visit of a scan: whom the page contacted, what it kept and did, in which state of the banner. */
import type { ComponentChildren } from "preact";
import { Day, Mark, More, NotStated, Part, Table, figure } from "../../../ui/kit.tsx";
import { paths } from "../../../ui/paths.ts";
import { t, tn } from "../../../ui/text.ts";
import type { SiteCard } from "../card-schema.ts";
import { life } from "./words.ts";

type Visit = SiteCard["scans"][number]["visits"][number];
type ThirdParty = Visit["thirdParties"][number];

/** More cookies than this are folded. */
const FOLD = 8;

export function VisitPart({ id, tool, visit, citation }: { id: string; tool: string; visit: Visit; citation: ComponentChildren }) {
  const { thirdParties, cookies, techniques, at } = visit;
  return (
    <Part
      id={id}
      title={visitName(visit)}
      note={
        <>
          <p class="note">
            <Day on={at} />, {tool}
          </p>
          <p class="note">{citation}</p>
        </>
      }
    >
      <p>
        {bannerInWords(visit)} {gpcInWords(visit)}
      </p>
      {thirdParties.length === 0 ? (
        <p>{t("No third party was contacted.")}</p>
      ) : (
        <ThirdParties parties={thirdParties} state={visit.state} visit={calledFor(visit)} />
      )}
      {cookies.length === 0 ? (
        <p>{t("No cookie was seen.")}</p>
      ) : cookies.length <= FOLD ? (
        <Cookies visit={visit} />
      ) : (
        <More summary={cookiesInWords(visit)}>
          <Cookies visit={visit} />
        </More>
      )}
      {techniques.length > 0 && <Techniques techniques={techniques} visit={calledFor(visit)} />}
    </Part>
  );
}

function visitName({ state }: Visit): string {
  return {
    unanswered: t("Before any choice"),
    refused: t("Refused"),
    accepted: t("Accepted"),
    unknown: t("State not stated"),
  }[state];
}

/** A name for its tables that no other visit of the page has. */
const calledFor = (visit: Visit) => `${visitName(visit)}, ${visit.at.replace("T", " ").replace("Z", "")}`;

function bannerInWords({ state, banner }: Visit): string {
  if (state === "unknown" && banner === undefined) return t("The tool does not say whether it answered a banner.");
  if (banner === undefined) return t("The tool does not say what it rests on that the banner was in this state.");
  if (!banner.found) return state === "unanswered" ? t("No banner was found.") : t("No banner was found, so nothing could be answered.");
  const found = banner.provider === undefined ? t("A banner was found.") : t("A banner by {provider} was found.", { provider: banner.provider });
  if (state === "unanswered") return `${found} ${t("Nothing was clicked.")}`;
  return `${found} ${banner.answered ? t("It was answered, and the answer took.") : t("It was answered; whether the answer took is not known.")}`;
}

function gpcInWords({ gpc }: Visit): string {
  if (gpc === undefined) return "";
  return gpc ? t("The browser sent Global Privacy Control.") : t("The browser did not send Global Privacy Control.");
}

/** First those whose holder declares nothing that we know, then those without a known holder. */
const ORDER = { false: 0, null: 1, true: 2 };

function ThirdParties({ parties, state, visit }: { parties: readonly ThirdParty[]; state: Visit["state"]; visit: string }) {
  const sorted = [...parties].sort((a, b) => ORDER[`${a.declaredAnywhere}`] - ORDER[`${b.declaredAnywhere}`] || b.requests - a.requests);
  const count = (declared: boolean | null) => parties.filter(({ declaredAnywhere }) => declaredAnywhere === declared).length;
  const phased = parties.some(({ phase }) => phase !== undefined);
  return (
    <>
      <p>
        <strong>{tn(parties.length, "{n} third party was contacted.", "{n} third parties were contacted.")}</strong>{" "}
        {t("Declarations of the holder are known for {yes}, none are known for {no}, the holder is not known for {unknown}.", {
          yes: count(true),
          no: count(false),
          unknown: count(null),
        })}
      </p>
      <Table
        caption={t("Third parties that were contacted: {visit}", { visit })}
        columns={[
          { title: t("Domain") },
          { title: t("Held by") },
          { title: t("Declarations"), width: "narrow" as const },
          ...(phased ? [{ title: t("When") }] : []),
          { title: t("Category") },
          { title: t("Requests"), width: "number" as const },
          { title: t("Cookies"), width: "number" as const },
        ]}
        rows={sorted.map((party) => [
          party.domain,
          <Holders party={party} />,
          <Declarations party={party} />,
          ...(phased ? [phaseInWords(party.phase, state)] : []),
          party.category ?? <NotStated />,
          figure(party.requests),
          figure(party.cookies),
        ])}
      />
    </>
  );
}

function Holders({ party: { organisations } }: { party: ThirdParty }) {
  if (organisations.length === 0) return <NotStated>{t("not known")}</NotStated>;
  return <span class="names">{organisations.map(({ id, name }, i) => [i > 0 && ", ", <a href={paths.company(id)}>{name}</a>])}</span>;
}

function Declarations({ party: { declaredAnywhere, organisations } }: { party: ThirdParty }) {
  if (declaredAnywhere === null) return <NotStated>{t("not known")}</NotStated>;
  if (!declaredAnywhere) return <Mark kind="note">{t("none known")}</Mark>;
  return organisations.length === 1 ? <a href={`${paths.company(organisations[0]!.id)}#purposes`}>{t("known")}</a> : t("known");
}

function phaseInWords(phase: ThirdParty["phase"], state: Visit["state"]): ComponentChildren {
  if (phase === undefined) return <NotStated />;
  if (phase === "before-answer") return t("before any answer");
  return state === "refused" ? t("after refusal") : state === "accepted" ? t("after acceptance") : t("after an answer");
}

function cookiesInWords({ cookies }: Visit): string {
  const third = cookies.filter(({ thirdParty }) => thirdParty).length;
  return tn(cookies.length, "{n} cookie, {third} of third parties", "{n} cookies, {third} of third parties", { third });
}

function Cookies({ visit }: { visit: Visit }) {
  const { cookies, state } = visit;
  const phased = cookies.some(({ phase }) => phase !== undefined);
  const sorted = [...cookies].sort((a, b) => Number(b.thirdParty) - Number(a.thirdParty) || (b.days ?? 0) - (a.days ?? 0));
  return (
    <Table
      caption={t("Cookies that were seen: {visit}", { visit: calledFor(visit) })}
      columns={[
        { title: t("Cookie") },
        { title: t("Domain") },
        { title: t("Party") },
        ...(phased ? [{ title: t("When") }] : []),
        { title: t("Category") },
        { title: t("Life as set"), width: "number" as const },
      ]}
      rows={sorted.map(({ name, domain, thirdParty, days, category, phase }) => [
        <code>{name}</code>,
        domain,
        thirdParty ? t("third") : t("first"),
        ...(phased ? [phaseInWords(phase, state)] : []),
        category ?? <NotStated />,
        life(days),
      ])}
    />
  );
}

function Techniques({ techniques, visit }: { techniques: Visit["techniques"]; visit: string }) {
  return (
    <Table
      caption={t("What the page did to the browser: {visit}", { visit })}
      columns={[{ title: t("Technique") }, { title: t("By scripts from") }]}
      rows={techniques.map(({ name, hosts, words }) => [
        <>
          {techniqueName(name)}
          {words !== undefined && <span class="cell-note">{words}</span>}
        </>,
        hosts.length === 0 ? <NotStated /> : hosts.join(", "),
      ])}
    />
  );
}

function techniqueName(name: string): string {
  switch (name) {
    case "canvas-fingerprinting":
      return t("Drew to recognise the device (canvas fingerprinting)");
    case "session-recording":
      return t("Recorded the visit (session recording)");
    case "key-logging":
      return t("Read what was typed before it was sent");
    case "facebook-pixel":
      return t("Reported to Meta (pixel)");
    case "google-remarketing":
      return t("Put the visitor on a Google advertising list");
    case "other":
      return t("Another technique");
    default:
      return name;
  }
}
