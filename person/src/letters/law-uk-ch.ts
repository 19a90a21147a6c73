/** The sentences of the United Kingdom's and of Switzerland's law (see law.ts). */
import { articleOf, gdprLike } from "./law-europe.ts";
import type { LegalSentence, Text } from "./law.ts";

const CHECKED = "2026-11-23";

/** The articles kept their numbers. Reviewed with care: the Data (Use and Access) Act 2025 changed Art. 12 and took out Art. 77. */
export const ukLaw: readonly LegalSentence[] = [
  ...gdprLike("uk", { en: "UK GDPR", de: "DSGVO des Vereinigten Königreichs" }, (article) => `https://www.legislation.gov.uk/eur/2016/679/article/${article}`, {
    without: ["3-1", "77-1", "80-1"],
    review: true,
  }),
  {
    id: "uk-pecr-6",
    text: {
      en: "Storing information on my device, or reading what is stored there, needs my consent, apart from the exceptions that the Regulations name.",
      de: "Informationen auf meinem Gerät zu speichern oder dort auszulesen setzt meine Einwilligung voraus, abgesehen von den Ausnahmen, die die Verordnung nennt.",
    },
    source: {
      instrument: {
        en: "Privacy and Electronic Communications (EC Directive) Regulations 2003",
        de: "Privacy and Electronic Communications (EC Directive) Regulations 2003",
      },
      article: { en: "reg. 6,", de: "reg. 6," },
      url: "https://www.legislation.gov.uk/uksi/2003/2426/regulation/6",
    },
    checked: CHECKED,
    needsReview: true,
  },
  {
    id: "uk-dpa-164A",
    text: {
      en: "I may complain to the controller itself, which must acknowledge the complaint within 30 days, and deal with it and tell me the outcome without undue delay.",
      de: "Ich kann mich beim Verantwortlichen selbst beschweren; er muss die Beschwerde innerhalb von 30 Tagen bestätigen, sie unverzüglich bearbeiten und mir das Ergebnis mitteilen.",
    },
    source: {
      instrument: { en: "Data Protection Act 2018 (United Kingdom)", de: "Data Protection Act 2018 (Vereinigtes Königreich)" },
      article: { en: "s. 164A", de: "s. 164A" },
      url: "https://www.legislation.gov.uk/ukpga/2018/12/section/164A",
    },
    checked: CHECKED,
    needsReview: false,
  },
  {
    id: "uk-dpa-165",
    text: { en: "I may complain to the Information Commissioner.", de: "Ich kann mich beim Information Commissioner beschweren." },
    source: {
      instrument: { en: "Data Protection Act 2018 (United Kingdom)", de: "Data Protection Act 2018 (Vereinigtes Königreich)" },
      article: { en: "s. 165", de: "s. 165" },
      url: "https://www.legislation.gov.uk/ukpga/2018/12/section/165",
    },
    checked: CHECKED,
    needsReview: true,
  },
];

const SWISS: readonly { path: string; en: string; de: string; review?: true }[] = [
  {
    path: "6-6",
    en: "Where consent is required, it is valid only if it is given freely and for one or several specific cases of processing after adequate information.",
    de: "Ist eine Einwilligung erforderlich, so ist sie nur gültig, wenn sie für eine oder mehrere bestimmte Bearbeitungen nach angemessener Information freiwillig erteilt wird.",
    review: true,
  },
  {
    path: "30-2-b",
    en: "Processing personal data against my express declaration violates my personality rights, unless the law, my consent or an overriding interest justifies it.",
    de: "Personendaten entgegen meiner ausdrücklichen Willenserklärung zu bearbeiten verletzt meine Persönlichkeit, außer das Gesetz, meine Einwilligung oder ein überwiegendes Interesse rechtfertigt es.",
  },
  {
    path: "25-1",
    en: "I have the right to be told whether data about me is processed and, if so, what I need to assert my rights: the data itself, its purpose, how long it is kept, where it comes from, and to whom it is disclosed.",
    de: "Ich habe das Recht auf Auskunft darüber, ob Personendaten über mich bearbeitet werden, und, wenn ja, auf die Angaben, die ich brauche, um meine Rechte geltend zu machen: die Daten selbst, den Zweck, die Aufbewahrungsdauer, die Herkunft und die Empfänger.",
    review: true,
  },
  { path: "25-6", en: "Information is free of charge, apart from exceptions.", de: "Die Auskunft ist, von Ausnahmen abgesehen, kostenlos.", review: true },
  {
    path: "25-7",
    en: "As a rule, you owe me the information within 30 days.",
    de: "Die Auskunft ist in der Regel innerhalb von 30 Tagen zu erteilen.",
    review: true,
  },
  {
    path: "28-1",
    en: "Data that I have disclosed to you, and that you process by automated means with my consent or for a contract, I may have in a common electronic format.",
    de: "Daten, die ich Ihnen bekanntgegeben habe und die Sie automatisiert mit meiner Einwilligung oder für einen Vertrag bearbeiten, kann ich in einem gängigen elektronischen Format verlangen.",
    review: true,
  },
  { path: "32-1", en: "I may ask that incorrect data be corrected.", de: "Ich kann verlangen, dass unrichtige Personendaten berichtigt werden.", review: true },
  {
    path: "32-2",
    en: "I may ask that a certain processing, or a certain disclosure to third parties, be prohibited, and that data be deleted or destroyed.",
    de: "Ich kann verlangen, dass eine bestimmte Bearbeitung oder eine bestimmte Bekanntgabe an Dritte verboten wird und dass Personendaten gelöscht oder vernichtet werden.",
    review: true,
  },
  {
    path: "49-1",
    en: "I may report an infringement to the Federal Data Protection and Information Commissioner.",
    de: "Ich kann einen Verstoß beim Eidgenössischen Datenschutz- und Öffentlichkeitsbeauftragten anzeigen.",
    review: true,
  },
];

export const swissLaw: readonly LegalSentence[] = SWISS.map(({ path, en, de, review }) => ({
  id: `ch-${path}`,
  text: { en, de },
  source: {
    instrument: { en: "Swiss Federal Act on Data Protection", de: "DSG (Schweiz)" } satisfies Text,
    article: articleOf(path),
    url: "https://www.fedlex.admin.ch/eli/cc/2022/491/de",
  },
  checked: CHECKED,
  needsReview: review ?? false,
}));
