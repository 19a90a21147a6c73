/** The sentences of the European Union's law (see law.ts). */
import type { LegalSentence, Text } from "./law.ts";

const CHECKED = "2026-11-23";
const GDPR: Text = { en: "GDPR", de: "DSGVO" };
const GDPR_URL = "https://eur-lex.europa.eu/eli/reg/2016/679/oj";

/** "21-2" is cited as Art. 21(2), in German Art. 21 Abs. 2; "17-1-b" as Art. 17(1)(b), Art. 17 Abs. 1 lit. b. */
export function articleOf(path: string): Text {
  const [article, paragraph, point] = path.split("-");
  return {
    en: `Art. ${article}${paragraph === undefined ? "" : `(${paragraph})`}${point === undefined ? "" : `(${point})`}`,
    de: `Art. ${article}${paragraph === undefined ? "" : ` Abs. ${paragraph}`}${point === undefined ? "" : ` lit. ${point}`}`,
  };
}

/** GDPR by article: what differs from law to law is added below. `review` where its author was not certain of every shade. */
const GDPR_SENTENCES: readonly { path: string; en: string; de: string; review?: true }[] = [
  {
    path: "3-1",
    en: "The Regulation applies to you wherever I live, because you process data in the course of the activities of an establishment in the Union.",
    de: "Die Verordnung gilt für Sie, wo immer ich lebe, weil Sie Daten im Rahmen der Tätigkeiten einer Niederlassung in der Union verarbeiten.",
  },
  {
    path: "4-11",
    en: "Consent is only what somebody has indicated freely, for a specific purpose, informed, unambiguously and by a clear affirmative act: silence and doing nothing are not consent.",
    de: "Einwilligung ist nur, was jemand freiwillig, für den bestimmten Zweck, in informierter Weise, unmissverständlich und durch eine eindeutige bestätigende Handlung erklärt hat: Schweigen und Untätigkeit sind keine Einwilligung.",
  },
  {
    path: "7-1",
    en: "Where you rely on consent, it is for you to demonstrate that I gave it.",
    de: "Wenn Sie sich auf eine Einwilligung stützen, müssen Sie nachweisen, dass ich sie erteilt habe.",
  },
  {
    path: "7-3",
    en: "Consent may be withdrawn at any time, and withdrawing it must be as easy as giving it. From then on it is no ground for processing; what was lawful before stays so.",
    de: "Eine Einwilligung kann jederzeit widerrufen werden, und der Widerruf muss so einfach sein wie die Erteilung. Von da an ist sie keine Grundlage für eine Verarbeitung mehr; was davor rechtmäßig war, bleibt es.",
  },
  {
    path: "11-2",
    en: "If you can show that you are not in a position to identify me, please tell me so. I give you the details in this letter so that you can.",
    de: "Wenn Sie nachweisen können, dass Sie mich nicht identifizieren können, teilen Sie es mir bitte mit. Die Angaben in diesem Schreiben mache ich, damit Sie es können.",
  },
  {
    path: "12-2",
    en: "You may not refuse to act unless you demonstrate that you are not in a position to identify me.",
    de: "Sie dürfen nicht untätig bleiben, außer Sie machen glaubhaft, dass Sie mich nicht identifizieren können.",
  },
  {
    path: "12-3",
    en: "You owe me information on what you have done without undue delay, and in any event within one month of receipt. Should you need up to two further months because of the complexity and number of requests, you must tell me so, with the reasons, within that first month.",
    de: "Sie müssen mich unverzüglich, in jedem Fall aber innerhalb eines Monats nach Eingang darüber unterrichten, was Sie getan haben. Sollten Sie wegen der Komplexität und Anzahl der Anträge bis zu zwei weitere Monate brauchen, müssen Sie mir das mit den Gründen innerhalb dieses ersten Monats mitteilen.",
  },
  {
    path: "12-4",
    en: "If you do not act, you must tell me without delay, and at the latest within one month of receipt, for what reasons, and that I may complain to a supervisory authority or go to court.",
    de: "Wenn Sie nicht tätig werden, müssen Sie mir ohne Verzögerung, spätestens aber innerhalb eines Monats nach Eingang, die Gründe nennen und mich darauf hinweisen, dass ich mich bei einer Aufsichtsbehörde beschweren oder vor Gericht gehen kann.",
  },
  {
    path: "12-5",
    en: "What I ask for is free of charge, unless you demonstrate that it is manifestly unfounded or excessive.",
    de: "Das Verlangte ist unentgeltlich, außer Sie weisen nach, dass es offenkundig unbegründet oder exzessiv ist.",
  },
  {
    path: "12-6",
    en: "You may ask for more information to confirm my identity only where you have reasonable doubts about it, and only for what is necessary to do so.",
    de: "Weitere Angaben zur Bestätigung meiner Identität dürfen Sie nur verlangen, wenn Sie begründete Zweifel an ihr haben, und nur, soweit sie dafür erforderlich sind.",
  },
  {
    path: "15-1",
    en: "I have the right to know whether you process data about me and, if so, to have access to the data and to be told the purposes, the categories of data, the recipients, the storage period, the source of the data, my rights, and whether decisions are made automatically, by what logic and with what consequences.",
    de: "Ich habe das Recht zu erfahren, ob Sie Daten über mich verarbeiten, und, wenn ja, auf Auskunft über diese Daten, die Zwecke, die Kategorien der Daten, die Empfänger, die Speicherdauer, die Herkunft der Daten, meine Rechte und darüber, ob automatisiert entschieden wird, nach welcher Logik und mit welchen Folgen.",
  },
  {
    path: "15-1-c",
    en: "I have the right to be told the recipients to whom data about me has been or will be disclosed.",
    de: "Ich habe das Recht zu erfahren, gegenüber welchen Empfängern Daten über mich offengelegt worden sind oder noch offengelegt werden.",
  },
  {
    path: "15-3",
    en: "You must give me a copy of the data; where I ask electronically, in a commonly used electronic form.",
    de: "Sie müssen mir eine Kopie der Daten geben; wenn ich elektronisch anfrage, in einem gängigen elektronischen Format.",
  },
  {
    path: "16",
    en: "I have the right to have data about me that is inaccurate corrected without undue delay, and to have data that is incomplete completed.",
    de: "Ich habe das Recht, dass unrichtige Daten über mich unverzüglich berichtigt und unvollständige vervollständigt werden.",
  },
  {
    path: "17-1-a",
    en: "You must erase data without undue delay where it is no longer necessary for the purposes for which it was collected.",
    de: "Sie müssen Daten unverzüglich löschen, wenn sie für die Zwecke, für die sie erhoben wurden, nicht mehr notwendig sind.",
  },
  {
    path: "17-1-b",
    en: "You must erase data without undue delay where the consent on which its processing rests is withdrawn and there is no other legal ground.",
    de: "Sie müssen Daten unverzüglich löschen, wenn die Einwilligung widerrufen ist, auf der die Verarbeitung beruht, und es keine andere Rechtsgrundlage gibt.",
  },
  {
    path: "17-1-c",
    en: "You must erase data without undue delay after an objection to direct marketing, and after any other objection unless there are overriding legitimate grounds.",
    de: "Sie müssen Daten unverzüglich löschen nach einem Widerspruch gegen Direktwerbung, und nach jedem anderen Widerspruch, wenn keine vorrangigen berechtigten Gründe vorliegen.",
  },
  {
    path: "17-1-d",
    en: "You must erase data without undue delay where it has been processed unlawfully.",
    de: "Sie müssen Daten unverzüglich löschen, wenn sie unrechtmäßig verarbeitet wurden.",
  },
  {
    path: "18-1-d",
    en: "While it is being verified whether your grounds override mine, you must restrict the processing: you may keep the data, but not use it.",
    de: "Solange geprüft wird, ob Ihre Gründe gegenüber meinen überwiegen, müssen Sie die Verarbeitung einschränken: Sie dürfen die Daten aufbewahren, aber nicht nutzen.",
    review: true,
  },
  {
    path: "19",
    en: "You must tell every recipient to whom the data was disclosed of a rectification, erasure or restriction, unless that is impossible or takes disproportionate effort, and name these recipients to me if I ask. I ask.",
    de: "Sie müssen eine Berichtigung, Löschung oder Einschränkung allen Empfängern mitteilen, denen die Daten offengelegt wurden, außer das ist unmöglich oder unverhältnismäßig aufwendig, und mich auf Verlangen über diese Empfänger unterrichten. Ich verlange es.",
  },
  {
    path: "20-1",
    en: "Data that I have provided, and that you process by automated means on consent or a contract, I may receive in a structured, commonly used and machine-readable format.",
    de: "Daten, die ich bereitgestellt habe und die Sie automatisiert aufgrund einer Einwilligung oder eines Vertrags verarbeiten, kann ich in einem strukturierten, gängigen und maschinenlesbaren Format erhalten.",
  },
  {
    path: "21-1",
    en: "I may object at any time, on grounds relating to my particular situation, to processing that rests on legitimate interests or a task in the public interest. You must then stop, unless you demonstrate compelling legitimate grounds that override my interests, rights and freedoms, or need the data for legal claims.",
    de: "Ich kann aus Gründen, die sich aus meiner besonderen Situation ergeben, jederzeit einer Verarbeitung widersprechen, die auf berechtigten Interessen oder einer Aufgabe im öffentlichen Interesse beruht. Sie müssen sie dann beenden, außer Sie weisen zwingende schutzwürdige Gründe nach, die meine Interessen, Rechte und Freiheiten überwiegen, oder brauchen die Daten für Rechtsansprüche.",
  },
  {
    path: "21-2",
    en: "I may object at any time to the processing of data about me for direct marketing, which includes profiling as far as it is related to it. No reasons are needed.",
    de: "Ich kann der Verarbeitung von Daten über mich für Direktwerbung jederzeit widersprechen; das gilt auch für Profiling, soweit es mit solcher Werbung zusammenhängt. Gründe sind nicht nötig.",
  },
  {
    path: "21-3",
    en: "After such an objection the data may no longer be processed for these purposes: there is nothing to be weighed.",
    de: "Nach einem solchen Widerspruch dürfen die Daten für diese Zwecke nicht mehr verarbeitet werden: es gibt nichts abzuwägen.",
  },
  {
    path: "77-1",
    en: "I may lodge a complaint with a supervisory authority, in particular where I live, where I work, or where the infringement took place.",
    de: "Ich kann mich bei einer Aufsichtsbehörde beschweren, insbesondere dort, wo ich lebe, wo ich arbeite oder wo der Verstoß geschehen ist.",
  },
  {
    path: "80-1",
    en: "I may mandate a non-profit body that is active in the protection of personal data to lodge the complaint on my behalf.",
    de: "Ich kann eine Einrichtung ohne Gewinnerzielungsabsicht, die im Schutz personenbezogener Daten tätig ist, beauftragen, in meinem Namen die Beschwerde einzureichen.",
  },
];

/** The sentences of the GDPR under another name: the United Kingdom's version has the same articles. */
export function gdprLike(
  prefix: string,
  instrument: Text,
  url: (article: string) => string,
  options: { without?: readonly string[]; review?: true } = {},
): LegalSentence[] {
  return GDPR_SENTENCES.filter(({ path }) => !options.without?.includes(path)).map(({ path, en, de, review }) => ({
    id: `${prefix}-${path}`,
    text: { en, de },
    source: { instrument, article: articleOf(path), url: url(path.split("-")[0]!) },
    checked: CHECKED,
    needsReview: review ?? options.review ?? false,
  }));
}

function caseLaw(number: string, name: string, text: Text, needsReview = false): LegalSentence {
  const at = number.replace("C-", "").split("/");
  const article = { en: `Case ${number}, ${name},`, de: `Rechtssache ${number}, ${name},` };
  const source = {
    instrument: { en: "Court of Justice of the EU", de: "EuGH" },
    article,
    url: `https://curia.europa.eu/juris/liste.jsf?num=C-${at[0]}/${at[1]}`,
  };
  return { id: `cjeu-${at[0]}-${at[1]}`, text, source, checked: CHECKED, needsReview };
}

export const europeanLaw: readonly LegalSentence[] = [
  ...gdprLike("gdpr", GDPR, () => GDPR_URL),
  caseLaw("C-129/21", "Proximus", {
    en: "Where several controllers rely on one consent, it is enough to withdraw it towards one of them: that one must tell those from whom it has the data, and those to whom it gave it.",
    de: "Stützen sich mehrere Verantwortliche auf dieselbe Einwilligung, genügt der Widerruf gegenüber einem von ihnen: dieser muss diejenigen unterrichten, von denen er die Daten hat, und diejenigen, denen er sie gegeben hat.",
  }),
  caseLaw("C-154/21", "Österreichische Post", {
    en: "You must name the actual recipients, and not only categories of them, unless they cannot be identified or you demonstrate that the request is manifestly unfounded or excessive.",
    de: "Sie müssen die Empfänger selbst benennen und nicht nur Kategorien, außer sie lassen sich nicht identifizieren oder Sie weisen nach, dass der Antrag offenkundig unbegründet oder exzessiv ist.",
  }),
  caseLaw(
    "C-40/17",
    "Fashion ID",
    {
      en: "Whoever puts somebody else's code into a website, so that visitors' data reaches that party, is jointly responsible for collecting it and passing it on.",
      de: "Wer fremden Code in eine Website einbindet, sodass Daten der Besucher zu dessen Anbieter gelangen, ist für das Erheben und Weitergeben gemeinsam verantwortlich.",
    },
    true,
  ),
  {
    id: "eprivacy-5-3",
    text: {
      en: "Storing information on my device, or reading what is stored there, needs my consent, unless it only serves to transmit a message or is strictly necessary for a service that I have expressly asked for.",
      de: "Informationen auf meinem Gerät zu speichern oder dort auszulesen setzt meine Einwilligung voraus, außer es dient allein der Übertragung einer Nachricht oder ist für einen Dienst unbedingt erforderlich, den ich ausdrücklich gewünscht habe.",
    },
    source: {
      instrument: { en: "Directive 2002/58/EC, in national law", de: "Richtlinie 2002/58/EG, in nationalem Recht" },
      article: articleOf("5-3"),
      url: "https://eur-lex.europa.eu/eli/dir/2002/58/oj",
    },
    checked: CHECKED,
    needsReview: false,
  },
  {
    id: "reg1182-3",
    text: {
      en: "A period in months ends with the day that has the same date as the day of receipt, or with that month's last day; where that is a Saturday, Sunday or public holiday, with the next working day.",
      de: "Eine Frist nach Monaten endet mit dem Tag, der dasselbe Datum trägt wie der Tag des Eingangs, oder mit dem letzten Tag des Monats; ist das ein Samstag, Sonntag oder Feiertag, mit dem nächsten Arbeitstag.",
    },
    source: {
      instrument: { en: "Regulation (EEC, Euratom) No 1182/71", de: "Verordnung (EWG, Euratom) Nr. 1182/71" },
      article: { en: "Art. 3(1), (2)(c), (4)", de: "Art. 3 Abs. 1, 2 lit. c, 4" },
      url: "https://eur-lex.europa.eu/eli/reg/1971/1182/oj",
    },
    checked: CHECKED,
    needsReview: true,
  },
];
