import { t } from './pieces.ts';
import type { Template } from './pieces.ts';

/**
 * The templates of the evaluation. They were written before the detectors first ran on any of them, and what fails
 * here may be mended only by something that is right beyond these words.
 */
export const EVALUATION: Readonly<Record<'en' | 'de', Readonly<Record<string, Template>>>> = {
  en: {
    'chat: support': (s) => t`Agent: Welcome to Northwind Support, how can I help?\nVisitor: Hello, I'm ${s.person()} and my ${s.product()} has not arrived.\nAgent: Could you give me the number on file, ${s.given()}?\nVisitor: Sure, it's ${s.phone()}. You can also write to ${s.email()}.`,
    'chat: team': (s) => t`${s.given()} (09:14): morning all, standup moved to Thursday\n${s.given()} (09:15): fine with me. ${s.person()} is on leave until ${s.date()} though\n${s.given()} (09:17): then ask ${s.given()} to cover the Release Notes`,
    'chat: intro': (s) => t`hi there, my name is ${s.person()} and i live in ${s.city()}. can you check whether card ${s.card()} was charged twice? cheers, ${s.given()}`,
    'chat: forwarded': (s) => t`Please forward this to ${s.person()} and ${s.person()}. Tell them that ${s.given()} will bring the ${s.product()} on Saturday. Their number is ${s.phone()}.`,
    'mail: complaint': (s) => t`To whom it may concern,\n\nI ordered a ${s.product()} on ${s.date()} (Order No. ${s.id()}). Your colleague ${s.person()} promised a refund to ${s.iban()} within five days. Nothing happened since. My lawyer, ${s.person()}, will contact you next week.\n\nYours faithfully,\n${s.person()}`,
    'mail: thread': (s) => t`From: ${s.person()} <${s.email()}>\nTo: ${s.person()} <${s.email()}>\nSubject: Quarterly Review in ${s.city()}\n\nHi ${s.given()},\nthe Finance Department wants the numbers by Wednesday.\nBest,\n${s.given()}`,
    'ticket: outage': (s) => t`INC-${s.id()} | Severity 2 | Data Center West\nThe gateway at ${s.ip()} drops requests from ${s.ip()}.\nReported by ${s.person()}; escalated to ${s.person()} on Tuesday. The token ${s.key()} was rotated.`,
    'ticket: access': (s) => t`Summary: VPN access for new employee\nNew hire ${s.person()} starts in the Marketing Department in ${s.city()}. Approved by ${s.person()}. Send the credentials to ${s.email()} and a text message to ${s.phone()}.`,
    'ticket: billing': (s) => t`Customer states that the amount of ${s.amount()} USD was taken from ${s.card()} instead of ${s.card()}. Spoke with Mr. ${s.family()}, then with Mrs. ${s.family()}. Refund to be sent to ${s.iban()}.`,
    'json: user': (s) => t`{\n  "id": ${s.faker.string.numeric(6)},\n  "full_name": "${s.person()}",\n  "contact": { "mail": "${s.email()}", "mobile": "${s.phone()}" },\n  "department": "Human Resources",\n  "last_login_ip": "${s.ip()}"\n}`,
    'json: payment': (s) => t`{"event":"payment.failed","cardholder":"${s.person()}","pan":"${s.card()}","iban":"${s.iban()}","amount":${s.amount()},"merchant":"Blue Harbor Books","apiKey":"${s.key()}"}`,
    'json: messages': (s) => t`[{"author":"${s.person()}","body":"Can ${s.given()} review the Pull Request before Friday?"},{"author":"${s.person()}","body":"Already done, see the Release Candidate."}]`,
    'ocr: card': (s) => t`${s.person()}\nSenior Account Manager\nNorthwind Traders Ltd\nPhone ${s.phone()}\n${s.email()}`,
    'ocr: receipt': (s) => t`THE COFFEE HOUSE\nTable 12   Guests 2\nServer: ${s.given()}\nCappuccino    ${s.amount()}\nBlueberry Muffin   ${s.amount()}\nTotal Due   ${s.amount()}\nDISCOVER\n${s.scannedCard()}\nThank You For Your Visit`,
    'ocr: form': (s) => t`APPLICATION FORM\nName of applicant: ${s.person()}\nPlace of residence: ${s.city()}\nDaytime phone: ${s.phone()}\nE-mail: ${s.email()}\nAccount (IBAN): ${s.iban()}\nSignature: ${s.person()}`,
    'prose: minutes': (s) => t`Minutes of the Steering Committee. Present were ${s.person()}, ${s.person()} and ${s.person()}. ${s.person()} presented the budget for the Summer Campaign. The committee thanked ${s.given()} for the work done in ${s.city()}.`,
    'prose: report': (s) => t`The patient, ${s.person()}, was admitted to Mercy General Hospital on ${s.date()}. Dr. ${s.family()} ordered a scan. The results were discussed with the patient's wife, ${s.given()}, who can be reached at ${s.phone()}.`,
    'prose: story': (s) => t`When the train reached ${s.city()}, ${s.given()} was already waiting on the platform. "You look tired," said ${s.given()}. They drove past the Town Hall to the old house where ${s.person()} had lived since the War.`,
    'prose: no persons': (s) => t`Our Spring Collection is here! The ${s.product()} and the ${s.product()} are now available in ${s.city()} and at the Grand Opening of our Flagship Store. Terms and Conditions apply. Visit us at Riverside Shopping Center.`,
    'code: config': (s) => t`# Deployment notes\nexport API_TOKEN=${s.key()}\nALLOWED_HOSTS=${s.ip()},${s.ip()}\nADMIN_MAIL=${s.email()}\n# maintained by ${s.person()}`,
  },
  de: {
    'chat: hilfe': (s) => t`Berater: Willkommen beim Nordlicht Kundendienst, wie kann ich helfen?\nBesucher: Guten Tag, ich bin ${s.person()} und mein Paket ist nicht angekommen.\nBerater: Danke, ${s.given()}. Wie lautet Ihre Rufnummer?\nBesucher: ${s.phone()}, oder per Mail an ${s.email()}.`,
    'chat: team': (s) => t`${s.given()} (09:14): Guten Morgen, die Besprechung ist erst am Donnerstag\n${s.given()} (09:15): passt. ${s.person()} hat bis ${s.date()} Urlaub\n${s.given()} (09:17): dann soll ${s.given()} die Vertretung übernehmen`,
    'chat: vorstellung': (s) => t`hallo, mein name ist ${s.person()} und ich wohne in ${s.city()}. wurde meine karte ${s.card()} zweimal belastet? lg ${s.given()}`,
    'chat: weiterleiten': (s) => t`Bitte leiten Sie das an ${s.person()} und ${s.person()} weiter. ${s.given()} bringt am Samstag die Unterlagen für den Messestand mit. Die Nummer ist ${s.phone()}.`,
    'brief: beschwerde': (s) => t`Sehr geehrte Damen und Herren,\n\nam ${s.date()} habe ich bei Ihnen einen Kühlschrank bestellt (Auftrag ${s.id()}). Ihr Kollege ${s.person()} hat mir die Erstattung auf das Konto ${s.iban()} zugesagt. Mein Anwalt, Herr Dr. ${s.family()}, wird sich bei Ihnen melden.\n\nHochachtungsvoll\n${s.person()}`,
    'mail: verlauf': (s) => t`Von: ${s.person()} <${s.email()}>\nAn: ${s.person()} <${s.email()}>\nBetreff: Quartalszahlen der Niederlassung ${s.city()}\n\nLiebe ${s.given()},\ndie Buchhaltung braucht die Zahlen bis Mittwoch.\nViele Grüße\n${s.given()}`,
    'ticket: ausfall': (s) => t`STÖR-${s.id()} | Dringlichkeit 2 | Rechenzentrum West\nDas Gateway ${s.ip()} verwirft Anfragen von ${s.ip()}.\nGemeldet durch ${s.person()}, weitergegeben an ${s.person()}. Das Token ${s.key()} wurde getauscht.`,
    'ticket: zugang': (s) => t`Zusammenfassung: VPN-Zugang für neue Mitarbeiterin\n${s.person()} beginnt am Montag in der Marketingabteilung in ${s.city()}. Freigabe durch ${s.person()}. Zugangsdaten bitte an ${s.email()} und per SMS an ${s.phone()}.`,
    'ticket: abrechnung': (s) => t`Kunde gibt an, dass ${s.amount()} EUR von ${s.card()} statt von ${s.card()} abgebucht wurden. Gesprochen mit Herrn ${s.family()} und mit Frau ${s.family()}. Gutschrift auf ${s.iban()}.`,
    'json: benutzer': (s) => t`{\n  "id": ${s.faker.string.numeric(6)},\n  "ansprechpartner": "${s.person()}",\n  "kontakt": { "mail": "${s.email()}", "mobil": "${s.phone()}" },\n  "abteilung": "Personalwesen",\n  "letzte_ip": "${s.ip()}"\n}`,
    'json: zahlung': (s) => t`{"ereignis":"zahlung.fehlgeschlagen","karteninhaber":"${s.person()}","kartennummer":"${s.card()}","iban":"${s.iban()}","betrag":${s.amount()},"haendler":"Buchhandlung Hafenblick","apiKey":"${s.key()}"}`,
    'json: nachrichten': (s) => t`[{"autor":"${s.person()}","text":"Kann ${s.given()} den Entwurf vor Freitag prüfen?"},{"autor":"${s.person()}","text":"Schon erledigt, siehe Anlage zum Protokoll."}]`,
    'ocr: visitenkarte': (s) => t`${s.person()}\nLeitung Einkauf\nNordlicht Handels GmbH\nTelefon ${s.phone()}\n${s.email()}`,
    'ocr: beleg': (s) => t`KAFFEEHAUS AM RING\nTisch 12   Gäste 2\nBedienung: ${s.given()}\nMilchkaffee    ${s.amount()}\nApfelstrudel   ${s.amount()}\nGesamtbetrag   ${s.amount()}\nMASTERCARD\n${s.scannedCard()}\nVielen Dank für Ihren Besuch`,
    'ocr: formular': (s) => t`ANTRAGSFORMULAR\nName des Antragstellers: ${s.person()}\nWohnort: ${s.city()}\nTelefon tagsüber: ${s.phone()}\nE-Mail: ${s.email()}\nBankverbindung (IBAN): ${s.iban()}\nUnterschrift: ${s.person()}`,
    'prosa: protokoll': (s) => t`Protokoll des Lenkungsausschusses. Anwesend waren ${s.person()}, ${s.person()} und ${s.person()}. ${s.person()} stellte den Haushalt für die Sommerkampagne vor. Der Ausschuss dankte ${s.given()} für die Arbeit in ${s.city()}.`,
    'prosa: bericht': (s) => t`Der Patient ${s.person()} wurde am ${s.date()} im Klinikum aufgenommen. Dr. ${s.family()} ordnete eine Röntgenaufnahme an. Die Ergebnisse wurden mit der Ehefrau ${s.given()} besprochen, erreichbar unter ${s.phone()}.`,
    'prosa: erzählung': (s) => t`Als der Zug ${s.city()} erreichte, wartete ${s.given()} schon auf dem Bahnsteig. „Du siehst müde aus“, sagte ${s.given()}. Sie fuhren am Rathaus vorbei zum alten Haus, in dem ${s.person()} seit dem Krieg gelebt hatte.`,
    'prosa: ohne personen': (s) => t`Unsere Frühjahrskollektion ist da! Das Angebot „${s.product()}“ gibt es jetzt in ${s.city()} und zur Eröffnung unseres Hauptgeschäfts. Es gelten die Allgemeinen Geschäftsbedingungen. Besuchen Sie uns im Einkaufszentrum am Stadtwald.`,
    'code: konfiguration': (s) => t`# Hinweise zur Inbetriebnahme\nexport API_TOKEN=${s.key()}\nALLOWED_HOSTS=${s.ip()},${s.ip()}\nADMIN_MAIL=${s.email()}\n# gepflegt von ${s.person()}`,
  },
};
