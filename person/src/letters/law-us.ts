/** The sentences of the law of California and of other states of the United States (see law.ts). */
import type { LegalSentence, Text } from "./law.ts";

const CHECKED = "2026-11-23";

interface Row {
  id: string;
  /** Section of the Civil Code, or of title 11 of the Code of Regulations. */
  section: string;
  en: string;
  de: string;
  review?: true;
}

const CIVIL_CODE: readonly Row[] = [
  {
    id: "120",
    section: "1798.120",
    en: "As somebody who lives in California, I may direct a business at any time not to sell or share personal information about me; sharing is disclosing it for cross-context behavioural advertising, for money or not.",
    de: "Wer wie ich in Kalifornien lebt, kann einem Unternehmen jederzeit untersagen, persönliche Informationen über sich zu verkaufen oder weiterzugeben; Weitergabe ist die Offenlegung für verhaltensbezogene Werbung über Dienste hinweg, gegen Geld oder nicht.",
  },
  {
    id: "121",
    section: "1798.121",
    en: "I may direct a business to limit its use and disclosure of sensitive personal information about me to what is necessary for the goods and services that I ask for, and to what else the law allows.",
    de: "Ich kann einem Unternehmen auferlegen, sensible persönliche Informationen über mich nur so weit zu nutzen und offenzulegen, wie es für die verlangten Waren und Dienste nötig oder sonst gesetzlich zugelassen ist.",
  },
  {
    id: "105",
    section: "1798.105",
    en: "I may ask that personal information that you have collected from me be deleted, and that you tell your service providers, contractors, and all third parties to whom you sold or shared it, to delete it too.",
    de: "Ich kann verlangen, dass von mir erhobene persönliche Informationen gelöscht werden und dass Sie Ihre Dienstleister, Auftragnehmer und alle Dritten, an die Sie sie verkauft oder weitergegeben haben, anweisen, sie ebenfalls zu löschen.",
  },
  {
    id: "106",
    section: "1798.106",
    en: "I may ask that inaccurate personal information about me be corrected.",
    de: "Ich kann verlangen, dass unrichtige persönliche Informationen über mich berichtigt werden.",
  },
  {
    id: "110",
    section: "1798.110",
    en: "I may ask for the specific pieces of personal information that you have collected about me, their categories and sources, the purposes, and the categories of third parties to whom you disclose them.",
    de: "Ich kann Auskunft verlangen über die einzelnen persönlichen Informationen, die Sie über mich erhoben haben, ihre Kategorien und Quellen, die Zwecke und die Kategorien Dritter, denen Sie sie offenlegen.",
  },
  {
    id: "115",
    section: "1798.115",
    en: "If you sell or share personal information about me, I may ask which categories of it went to which categories of third parties.",
    de: "Wenn Sie persönliche Informationen über mich verkaufen oder weitergeben, kann ich Auskunft verlangen, welche Kategorien davon an welche Kategorien Dritter gingen.",
  },
  {
    id: "125",
    section: "1798.125",
    en: "You may not treat me worse because I have made use of these rights.",
    de: "Sie dürfen mich nicht schlechter behandeln, weil ich von diesen Rechten Gebrauch mache.",
  },
  {
    id: "130",
    section: "1798.130(a)(2)",
    en: "You must answer a request to delete, correct or know free of charge within 45 days of receiving it, and may take up to 45 days more if you tell me so, with the reason, within the first 45.",
    de: "Einen Antrag auf Löschung, Berichtigung oder Auskunft müssen Sie innerhalb von 45 Tagen nach Eingang unentgeltlich beantworten; bis zu 45 weitere Tage haben Sie, wenn Sie mir das mit dem Grund innerhalb der ersten 45 mitteilen.",
  },
  {
    id: "drop",
    section: "1798.99.86",
    en: "Registered data brokers must look at the state's deletion platform (DROP) every 45 days from 1 August 2026 and delete what is asked for there.",
    de: "Registrierte Datenhändler müssen ab dem 1. August 2026 alle 45 Tage die Löschplattform des Bundesstaats (DROP) abrufen und löschen, was dort verlangt wird.",
    review: true,
  },
  {
    id: "complaint",
    section: "1798.199.45",
    en: "Anybody may file a sworn complaint with the California Privacy Protection Agency.",
    de: "Jede Person kann bei der California Privacy Protection Agency eine eidesstattliche Beschwerde einreichen.",
    review: true,
  },
];

const REGULATIONS: readonly Row[] = [
  {
    id: "7025",
    section: "7025",
    en: "An opt-out preference signal such as Global Privacy Control is a valid request to opt out of sale and sharing for the browser or device that sends it.",
    de: "Ein Signal wie Global Privacy Control ist für den Browser oder das Gerät, das es sendet, ein gültiger Widerspruch gegen Verkauf und Weitergabe.",
  },
  {
    id: "7026-d",
    section: "7026(d)",
    en: "A request to opt out of sale and sharing need not be verified.",
    de: "Ein Widerspruch gegen Verkauf und Weitergabe muss nicht verifiziert werden.",
  },
  {
    id: "7026-f",
    section: "7026(f)",
    en: "You must stop selling and sharing as soon as feasibly possible, at the latest 15 business days after receiving the request, and tell those to whom you sold or shared the information in the meantime to comply with it too.",
    de: "Sie müssen Verkauf und Weitergabe beenden, sobald es machbar ist, spätestens 15 Geschäftstage nach Eingang, und diejenigen, an die Sie die Informationen inzwischen verkauft oder weitergegeben haben, auffordern, ebenso zu verfahren.",
  },
  {
    id: "7027-g",
    section: "7027(g)",
    en: "You must limit the use of sensitive personal information as soon as feasibly possible, at the latest 15 business days after receiving the request.",
    de: "Sie müssen die Nutzung sensibler persönlicher Informationen einschränken, sobald es machbar ist, spätestens 15 Geschäftstage nach Eingang.",
    review: true,
  },
];

const toSentence = (row: Row, prefix: string, instrument: Text, url: string): LegalSentence => ({
  id: `${prefix}-${row.id}`,
  text: { en: row.en, de: row.de },
  source: { instrument, article: { en: `§ ${row.section}`, de: `§ ${row.section}` }, url },
  checked: CHECKED,
  needsReview: row.review ?? false,
});

/** A state whose law lets people opt out of sale and targeted advertising. California has its own sentences. */
export interface StateLaw {
  readonly code: string;
  readonly name: string;
  readonly act: string;
  /** The section with the rights. */
  readonly section: string;
  readonly url: string;
  /** Days to answer, and how many more after notice. */
  readonly days: number;
  readonly more: number;
  /** A signal such as Global Privacy Control must be honoured. */
  readonly signal: boolean;
  readonly correct: boolean;
}

const state = (code: string, name: string, act: string, section: string, url: string, more: Partial<StateLaw> = {}): StateLaw => ({
  code,
  name,
  act,
  section,
  url,
  days: 45,
  more: 45,
  signal: false,
  correct: true,
  ...more,
});
const SIGNAL = { signal: true } as const;

/** All of them to be reviewed: sections and days are from memory. */
export const stateLaws: readonly StateLaw[] = [
  state("CO", "Colorado", "Colorado Privacy Act", "C.R.S. § 6-1-1306", "https://leg.colorado.gov/bills/sb21-190", SIGNAL),
  state("CT", "Connecticut", "Connecticut Data Privacy Act", "Conn. Gen. Stat. § 42-518", "https://www.cga.ct.gov/current/pub/chap_743jj.htm", SIGNAL),
  state("DE", "Delaware", "Delaware Personal Data Privacy Act", "6 Del. C. § 12D-104", "https://delcode.delaware.gov/title6/c012d/index.html", SIGNAL),
  state("IA", "Iowa", "Iowa Consumer Data Protection Act", "Iowa Code § 715D.3", "https://www.legis.iowa.gov/docs/code/715D.pdf", { days: 90, correct: false }),
  state("IN", "Indiana", "Indiana Consumer Data Protection Act", "Ind. Code § 24-15-3-1", "https://iga.in.gov/laws/2025/ic/titles/24"),
  state("KY", "Kentucky", "Kentucky Consumer Data Protection Act", "KRS § 367.3615", "https://apps.legislature.ky.gov/law/statutes/chapter.aspx?id=39092"),
  state("MD", "Maryland", "Maryland Online Data Privacy Act", "Md. Code, Com. Law § 14-4705", "https://mgaleg.maryland.gov/mgawebsite/Laws/Statutes", SIGNAL),
  state("MN", "Minnesota", "Minnesota Consumer Data Privacy Act", "Minn. Stat. § 325M.14", "https://www.revisor.mn.gov/statutes/cite/325M", SIGNAL),
  state(
    "MT",
    "Montana",
    "Montana Consumer Data Privacy Act",
    "Mont. Code Ann. § 30-14-2808",
    "https://archive.legmt.gov/bills/mca/title_0300/chapter_0140/part_0280/sections_index.html",
    SIGNAL,
  ),
  state(
    "NE",
    "Nebraska",
    "Nebraska Data Privacy Act",
    "Neb. Rev. Stat. § 87-1107",
    "https://nebraskalegislature.gov/laws/statutes.php?statute=87-1107",
    SIGNAL,
  ),
  state("NH", "New Hampshire", "New Hampshire Privacy Act", "RSA § 507-H:4", "https://gc.nh.gov/rsa/html/NHTOC/NHTOC-LII-507-H.htm", SIGNAL),
  state("NJ", "New Jersey", "New Jersey Data Privacy Act", "N.J.S.A. § 56:8-166.10", "https://www.njleg.state.nj.us/bill-search/2022/S332", SIGNAL),
  state("OR", "Oregon", "Oregon Consumer Privacy Act", "ORS § 646A.574", "https://www.oregonlegislature.gov/bills_laws/ors/ors646a.html", SIGNAL),
  state(
    "RI",
    "Rhode Island",
    "Rhode Island Data Transparency and Privacy Protection Act",
    "R.I. Gen. Laws § 6-48.1-5",
    "https://webserver.rilegislature.gov/Statutes/TITLE6/6-48.1/INDEX.htm",
  ),
  state("TN", "Tennessee", "Tennessee Information Protection Act", "Tenn. Code Ann. § 47-18-3304", "https://www.capitol.tn.gov/"),
  state(
    "TX",
    "Texas",
    "Texas Data Privacy and Security Act",
    "Tex. Bus. & Com. Code § 541.051",
    "https://statutes.capitol.texas.gov/Docs/BC/htm/BC.541.htm",
    SIGNAL,
  ),
  state("UT", "Utah", "Utah Consumer Privacy Act", "Utah Code § 13-61-201", "https://le.utah.gov/xcode/Title13/Chapter61/13-61.html", { correct: false }),
  state("VA", "Virginia", "Virginia Consumer Data Protection Act", "Va. Code § 59.1-577", "https://law.lis.virginia.gov/vacodefull/title59.1/chapter53/"),
];

function ofState({ code, name, act, section, url, days, more, signal, correct }: StateLaw): LegalSentence[] {
  const source = { instrument: { en: act, de: act }, article: { en: `${section},`, de: `${section},` }, url };
  const sentence = (id: string, en: string, de: string): LegalSentence => ({
    id: `us-${code}-${id}`.toLowerCase(),
    text: { en, de },
    source,
    checked: CHECKED,
    needsReview: true,
  });
  return [
    sentence(
      "opt-out",
      `As a resident of ${name} I may opt out of the sale of personal data about me and of targeted advertising.`,
      `Als Einwohnerin oder Einwohner von ${name} kann ich dem Verkauf personenbezogener Daten über mich und zielgerichteter Werbung widersprechen.`,
    ),
    sentence(
      "rights",
      "I may ask for access to personal data about me, and that it be deleted.",
      "Ich kann Zugang zu personenbezogenen Daten über mich und ihre Löschung verlangen.",
    ),
    sentence(
      "time",
      `You must answer within ${days} days of receipt, and may take ${more} days more where reasonably necessary if you tell me so, with the reason, within the first period.`,
      `Sie müssen innerhalb von ${days} Tagen nach Eingang antworten; ${more} weitere Tage haben Sie, soweit es vernünftigerweise nötig ist und Sie mir das mit dem Grund innerhalb der ersten Frist mitteilen.`,
    ),
    ...(correct
      ? [
          sentence(
            "correct",
            "I may ask that inaccurate personal data about me be corrected.",
            "Ich kann die Berichtigung unrichtiger personenbezogener Daten über mich verlangen.",
          ),
        ]
      : []),
    ...(signal
      ? [sentence("signal", "A signal such as Global Privacy Control counts as an opt-out.", "Ein Signal wie Global Privacy Control gilt als Widerspruch.")]
      : []),
  ];
}

export const usLaw: readonly LegalSentence[] = [
  ...CIVIL_CODE.map((row) =>
    toSentence(
      row,
      "ca",
      { en: "California Civil Code", de: "California Civil Code" },
      `https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=CIV&sectionNum=${row.section.replace(/\(.*/, "")}.`,
    ),
  ),
  ...REGULATIONS.map((row) =>
    toSentence(
      row,
      "ca",
      { en: "Title 11, California Code of Regulations", de: "Title 11, California Code of Regulations" },
      "https://cppa.ca.gov/regulations/",
    ),
  ),
  ...stateLaws.flatMap((one) => ofState(one)),
];
