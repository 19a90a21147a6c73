/** German for the pages of companies and for /privacy. The playground and the impact assessment have tables of their own. */
import type { Messages } from "../../../ui/text.ts";

export const german: Messages = {
  "Organisations in shards": "Organisationen in Teilen",
  "Companies that joined": "Unternehmen, die mitmachen",
  Entries: "Einträge",
  Locks: "Schlösser",
  Anchors: "Anker",
  Backups: "Sicherungen",
  Claims: "Claims",
  Notices: "Hinweise",
  "Mailboxes and webhooks": "Postfächer und Webhooks",
  "The map": "Die Karte",

  Privacy: "Datenschutz",
  "For companies": "Für Unternehmen",

  // API reference
  "API reference": "API-Referenz",
  "Every request that this register answers, with parameters, answers, errors and an example.":
    "Jede Anfrage, die dieses Register beantwortet, mit Parametern, Antworten, Fehlern und einem Beispiel.",
  "Made from {document}, the document of this running register (version {version}). Reading needs no account, from any origin. What is described in words is English.":
    "Erzeugt aus {document}, dem Dokument dieses laufenden Registers (Version {version}). Lesen geht ohne Konto und von überall. Die Beschreibungen sind englisch.",
  "Requests by subject": "Anfragen nach Gegenstand",
  Shapes: "Formen",
  Errors: "Fehler",
  "An error is a problem (RFC 9457), {media}. Its {code} is stable and meant for programs; its {detail} is a sentence for people, says what is allowed, and may change.":
    "Ein Fehler ist ein Problem (RFC 9457), {media}. Sein {code} bleibt gleich und ist für Programme; sein {detail} ist ein Satz für Menschen, sagt, was erlaubt ist, und kann sich ändern.",
  "A problem": "Ein Problem",
  "429 and 503 may say in {header} when to come back. Repeating a request never does a thing twice.":
    "429 und 503 können in {header} sagen, wann es wieder geht. Eine wiederholte Anfrage tut nie etwas zweimal.",
  "The document names none.": "Das Dokument nennt keine.",

  // Developers
  "How a company joins: it claims its domain, publishes its notice, makes offers, and checks before each use of data. How to answer without joining.":
    "Wie ein Unternehmen mitmacht: Es meldet seine Domain an, veröffentlicht seine Datenschutzerklärung, macht Angebote und prüft vor jeder Nutzung. Und wie man antwortet, ohne mitzumachen.",
  "Obey a decision, and be able to prove it": "Eine Entscheidung befolgen und es beweisen können",
  "A person decides who may use her data. You receive what she signed, ask before each use, and can show at any time what you were allowed. The register never sees what was decided: all of it runs on your side.":
    "Eine Person entscheidet, wer ihre Daten nutzen darf. Sie erhalten, was die Person unterschrieben hat, fragen vor jeder Nutzung und können jederzeit zeigen, was Ihnen erlaubt war. Das Register sieht nie, was entschieden wurde: Alles läuft bei Ihnen.",
  Playground: "Spielplatz",
  "Make up a history and see why a check answers what it answers.":
    "Denken Sie sich eine Vorgeschichte aus und sehen Sie, warum die Prüfung antwortet, was sie antwortet.",
  "Every request that this register answers, from its own OpenAPI document.":
    "Jede Anfrage, die dieses Register beantwortet, aus seinem eigenen OpenAPI-Dokument.",
  "Joining, in four steps": "Mitmachen in vier Schritten",
  "Claim your domain": "Domain anmelden",
  "You sign a statement of your keys and endpoints, and serve it at {place} on your own host. The register fetches it there, and publishes it in the log. Nobody can claim a host that is not theirs.":
    "Sie unterschreiben eine Erklärung über Ihre Schlüssel und Endpunkte und legen sie unter {place} auf Ihre eigene Website. Das Register holt sie dort und veröffentlicht sie im Log. Niemand kann eine fremde Website anmelden.",
  "New keys: a successor, signed by a key of the claim before. Lost all keys: a second chain, which everybody sees as such.":
    "Neue Schlüssel: ein Nachfolger, unterschrieben mit einem Schlüssel der vorigen Anmeldung. Alle Schlüssel verloren: eine zweite Kette, die für alle als solche sichtbar ist.",
  "Publish your notice": "Datenschutzerklärung veröffentlichen",
  "What you tell people about your processing is a signed document in the log. It cannot change: a new text is a new version, and whoever decided under the old one is shown the difference.":
    "Was Sie über Ihre Verarbeitung sagen, ist ein unterschriebenes Dokument im Log. Es kann sich nicht ändern: Ein neuer Text ist eine neue Fassung, und wer unter der alten entschieden hat, bekommt den Unterschied gezeigt.",
  "Make an offer": "Ein Angebot machen",
  "An offer says for what, which data, how used, how long and on what ground. It names your notice, lives a day at most, and has two answers of the same size: allow and refuse. You send the person to her own register with a link; all of it stands behind the #, so that no server reads it.":
    "Ein Angebot sagt, wofür, welche Daten, wie genutzt, wie lange und auf welcher Grundlage. Es nennt Ihre Datenschutzerklärung, gilt höchstens einen Tag und hat zwei gleich große Antworten: erlauben und ablehnen. Sie schicken die Person mit einem Link zu ihrem eigenen Register; alles steht hinter dem #, damit es kein Server liest.",
  "An offer by link": "Ein Angebot als Link",
  "Run a desk": "Einen Schalter betreiben",
  "A desk receives what she signed, verifies it, binds it to her account, acknowledges it, and answers your question before each use in about a microsecond, in your own process. It learns of a withdrawal from your endpoint, from the log, or from the chain: any one is enough. Where it cannot tell, the answer is no.":
    "Ein Schalter nimmt das Unterschriebene entgegen, prüft es, ordnet es dem Konto zu, bestätigt es und beantwortet Ihre Frage vor jeder Nutzung in etwa einer Mikrosekunde, in Ihrem eigenen Prozess. Von einem Widerruf erfährt er über Ihren Endpunkt, das Log oder die Chain: Eines genügt. Wo er es nicht sagen kann, lautet die Antwort Nein.",
  "A claim, before it is signed": "Eine Anmeldung vor der Unterschrift",
  "Quick start": "Schnellstart",
  "This copy of the register came without the guide of its SDK: see sdk/README.md in its source.":
    "Diese Kopie des Registers kam ohne die Anleitung ihres SDK: siehe sdk/README.md im Quelltext.",
  "What reaches you": "Was bei Ihnen ankommt",
  "What a desk receives": "Was ein Schalter erhält",
  What: "Was",
  Where: "Wo",
  "What you do": "Was Sie tun",
  "A decision": "Eine Entscheidung",
  "Verify, keep, acknowledge. A refusal counts from its receipt, also without a proof.":
    "Prüfen, aufbewahren, bestätigen. Eine Ablehnung zählt ab Empfang, auch ohne Beweis.",
  "A withdrawal": "Ein Widerruf",
  "Stop at once, and log it. Anyone may bring one: whoever has the code could only end, never allow.":
    "Sofort aufhören und ins Log eintragen. Jeder darf ihn bringen: Wer den Code hat, kann nur beenden, nie erlauben.",
  "A request": "Eine Anfrage",
  "Access, correction, erasure and so on: into your inbox, with the day by which the law wants an answer.":
    "Auskunft, Berichtigung, Löschung und so weiter: in Ihren Eingang, mit dem Tag, bis zu dem das Gesetz eine Antwort will.",
  "The same thing twice is the same thing once. An endpoint that is away answers nothing, and loses nothing: the log is read when it is back.":
    "Dasselbe zweimal ist dasselbe einmal. Ein Endpunkt, der ausfällt, antwortet nicht und verliert nichts: Ist er zurück, wird das Log gelesen.",
  Mailbox: "Postfach",
  "You have no endpoint that is always there? Name a mailbox key in your claim. What is for you is then sealed in the person’s browser and waits here. The register sees for whom it is, when it came, and nothing else.":
    "Kein Endpunkt, der immer da ist? Nennen Sie in Ihrer Anmeldung einen Postfachschlüssel. Was für Sie ist, wird dann im Browser der Person versiegelt und wartet hier. Das Register sieht, für wen es ist und wann es kam, sonst nichts.",
  "{mailbox} is the SHA-256 of your controller id, {jws} is signed by a key of your claim for this one request and five minutes. The SDK does both.":
    "{mailbox} ist der SHA-256 Ihrer Kennung als Verantwortlicher, {jws} ist mit einem Schlüssel Ihrer Anmeldung für diese eine Anfrage und fünf Minuten unterschrieben. Das SDK macht beides.",
  "A webhook says that something arrived, and not what. It is signed with your secret. Check the signature, then fetch.":
    "Ein Webhook sagt, dass etwas ankam, nicht was. Er ist mit Ihrem Geheimnis unterschrieben. Prüfen Sie die Unterschrift, dann holen Sie ab.",
  "What is sent to you": "Was Ihnen geschickt wird",
  "Set it, on your own host, and send yourself a test: the answer says at once what your endpoint said.":
    "Richten Sie ihn auf Ihrer eigenen Website ein und schicken Sie sich einen Test: Die Antwort sagt sofort, was Ihr Endpunkt gesagt hat.",
  "What you do not answer with 2xx is sent again after 5 seconds, 1 minute, 10 minutes, 1 hour, 6 hours and 24 hours. 410 ends the webhook. Nothing is lost when all fail: the mailbox keeps it.":
    "Was Sie nicht mit 2xx beantworten, kommt nach 5 Sekunden, 1 Minute, 10 Minuten, 1 Stunde, 6 Stunden und 24 Stunden wieder. 410 beendet den Webhook. Scheitert alles, geht nichts verloren: Das Postfach behält es.",
  "Before each use": "Vor jeder Nutzung",
  "Ask with one purpose, one kind of data and one kind of use, in the words of the W3C Data Privacy Vocabulary. The answer is yes, or a reason:":
    "Fragen Sie mit einem Zweck, einer Art Daten und einer Art Nutzung, in den Begriffen des W3C Data Privacy Vocabulary. Die Antwort ist Ja oder ein Grund:",
  "Reasons of a check that does not allow": "Gründe einer Prüfung, die nicht erlaubt",
  Reason: "Grund",
  "It means": "Bedeutung",
  "What helps": "Was hilft",
  "She was not asked, or allowed something else.": "Die Person wurde nicht gefragt oder erlaubte etwas anderes.",
  "An offer.": "Ein Angebot.",
  "She declared the key lost under which she allowed it.": "Der Schlüssel, unter dem sie es erlaubte, ist als verloren gemeldet.",
  "An offer, which she answers with her new key.": "Ein Angebot, das sie mit dem neuen Schlüssel beantwortet.",
  "She withdrew it.": "Sie hat widerrufen.",
  "Nothing. Stop, and delete what you keep on this ground alone.": "Nichts. Hören Sie auf und löschen Sie, was Sie nur auf dieser Grundlage haben.",
  "Its time is over.": "Die Zeit ist um.",
  "An offer, in good time before the end.": "Ein Angebot, rechtzeitig vor dem Ende.",
  "It is not yet shown to be in the log.": "Es steht noch nicht nachweislich im Log.",
  "Wait some seconds, or log it yourself.": "Einige Sekunden warten oder selbst eintragen.",
  "Your desk has not heard from the log for too long.": "Ihr Schalter hat zu lange nichts vom Log gehört.",
  "Look at the network. Until then: no.": "Sehen Sie nach dem Netz. Bis dahin: Nein.",
  "You erased something, or restored a backup, that she may have said since.":
    "Sie haben etwas gelöscht oder eine Sicherung zurückgespielt; seither kann sie etwas gesagt haben.",
  "Something speaks against it that she had not seen when she allowed it.": "Etwas spricht dagegen, das sie nicht gesehen hatte, als sie es erlaubte.",
  "An offer. Her next answer is given in sight of everything.": "Ein Angebot. Die nächste Antwort geschieht angesichts von allem.",
  "See it at work in the {playground}.": "Zu sehen im {playground}.",
  playground: "Spielplatz",
  "Not allowed means: not on consent. Whether another legal basis holds is yours to state, to her too.":
    "Nicht erlaubt heißt: nicht auf Einwilligung. Ob eine andere Rechtsgrundlage trägt, müssen Sie sagen, auch ihr.",
  "Children and guardians": "Kinder und Vormünder",
  "A guardian may refuse, withdraw and ask for a child. He cannot allow: a desk takes no grant that a guardian signed.":
    "Ein Vormund darf für ein Kind ablehnen, widerrufen und anfragen. Erlauben kann er nicht: Ein Schalter nimmt keine Erlaubnis an, die ein Vormund unterschrieben hat.",
  "An offer that is directed at children has no answer that allows. Nobody’s age is asked in order to refuse.":
    "Ein Angebot an Kinder hat keine Antwort, die erlaubt. Zum Ablehnen wird niemandes Alter erfragt.",
  "You got a letter, and have not joined": "Sie haben einen Brief bekommen und machen nicht mit",
  "You need no account and no software to answer. A letter that reached you through Freehold is her own letter: it works as any other would under the law, from the day it arrived.":
    "Zum Antworten brauchen Sie kein Konto und kein Programm. Ein Brief, der über Freehold kam, ist der eigene Brief der Person: Er wirkt rechtlich wie jeder andere, ab dem Tag, an dem er ankam.",
  "Read what she asks, and from which day. Stop what she withdrew or objected to.":
    "Lesen Sie, was verlangt wird und ab welchem Tag. Beenden Sie, was widerrufen oder wogegen widersprochen wurde.",
  "Do not ask for a copy of an identity card by reflex: ask only for what you need to find her data (Art. 11(2) and 12(6) GDPR).":
    "Verlangen Sie nicht reflexhaft eine Ausweiskopie: Fragen Sie nur nach dem, was Sie zum Auffinden der Daten brauchen (Art. 11 Abs. 2 und 12 Abs. 6 DSGVO).",
  "Pass it on to those to whom you gave the data (Art. 19), and name them if she asks.":
    "Geben Sie es an die weiter, denen Sie die Daten gegeben haben (Art. 19), und nennen Sie diese auf Verlangen.",
  "Answer to the address in the letter: without delay, and within a month. Two months more only if you say why within the first.":
    "Antworten Sie an die Adresse im Brief: unverzüglich, spätestens in einem Monat. Zwei Monate mehr nur, wenn Sie im ersten sagen, warum.",
  "The entry that the letter names shows that she had decided by that day. It does not show you her decision: the letter does, and the receipt, if she attached it.":
    "Der im Brief genannte Eintrag zeigt, dass bis zu diesem Tag entschieden war. Die Entscheidung selbst zeigt er nicht: Das tut der Brief, und die Quittung, wenn sie beiliegt.",
  "Check a receipt yourself": "Eine Quittung selbst prüfen",
  "What this register says about you is wrong? {corrections}.": "Dieses Register sagt Falsches über Sie? {corrections}.",
  "Ask for a correction, or object": "Berichtigung verlangen oder widersprechen",
  "What it does not do": "Was es nicht leistet",
  "It proves; it cannot prevent. Whoever ignores a check can still use data. The person then holds dated evidence that does not depend on your systems.":
    "Es beweist; verhindern kann es nicht. Wer eine Prüfung übergeht, kann Daten trotzdem nutzen. Die Person hat dann einen datierten Beweis, der nicht von Ihren Systemen abhängt.",
  "An acknowledgement that you do not log does not count for you. Against you it does.":
    "Eine Bestätigung, die Sie nicht ins Log eintragen, zählt nicht für Sie. Gegen Sie zählt sie.",

  // Playground, the page around it
  "Make up a history of decisions and see why a check answers what it answers, condition by condition.":
    "Denken Sie sich eine Vorgeschichte aus und sehen Sie Bedingung für Bedingung, warum die Prüfung antwortet, was sie antwortet.",
  "Why is it allowed, or not?": "Warum ist es erlaubt, oder nicht?",
  "Make up what a desk knows of one customer, ask, and see which condition decides. The rule runs in your browser; nothing is sent. The history stands in the address of this page: a link to it is a link to the answer.":
    "Denken Sie sich aus, was ein Schalter von einer Kundin weiß, fragen Sie, und sehen Sie, welche Bedingung entscheidet. Die Regel läuft in Ihrem Browser; nichts wird gesendet. Die Vorgeschichte steht in der Adresse dieser Seite: Ein Link darauf ist ein Link zur Antwort.",
  "Playing needs a script, and your browser runs none here. The table below shows the answers of the rule all the same.":
    "Zum Spielen braucht es ein Skript, und Ihr Browser führt hier keines aus. Die Tabelle unten zeigt die Antworten der Regel trotzdem.",
  Examples: "Beispiele",
  "the table of spec/checking.md": "die Tabelle aus spec/checking.md",
  "A number is the place in the log, b is what she had looked at when she signed. Choose one to load it.":
    "Eine Zahl ist der Platz im Log, b ist, was sie beim Unterschreiben gesehen hatte. Wählen Sie eines, um es zu laden.",
  "Examples: histories, and what the rule answers": "Beispiele: Vorgeschichten, und was die Regel antwortet",
  History: "Vorgeschichte",
  "something that it covers": "etwas, das sie deckt",
  allowed: "erlaubt",
  "by {decision}": "durch {decision}",
  "The rule": "Die Regel",
  "A grant allows what is asked if all eight hold, in this order. One grant that allows is enough. The answer names the grant that came furthest, and the first condition that it does not meet.":
    "Eine Erlaubnis erlaubt, was gefragt ist, wenn alle acht erfüllt sind, in dieser Reihenfolge. Eine solche genügt. Die Antwort nennt die Erlaubnis, die am weitesten kam, und die erste Bedingung, die sie nicht erfüllt.",
  "Against a grant speak refusals and objections, also those that were withdrawn since, and other grants that ended or expired, as far as they overlap what is asked.":
    "Gegen eine Erlaubnis sprechen Ablehnungen und Widersprüche, auch seither widerrufene, und andere Erlaubnisse, die beendet oder abgelaufen sind, soweit sie sich mit dem Gefragten überschneiden.",
  "The SDK asks the same rule in process: {quick}.": "Das SDK fragt dieselbe Regel im eigenen Prozess: {quick}.",
  "quick start": "Schnellstart",
  "Not allowed means: not on consent. Another legal basis is yours to state.":
    "Nicht erlaubt heißt: nicht auf Einwilligung. Eine andere Rechtsgrundlage müssen Sie nennen.",
};
