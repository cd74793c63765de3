import { t } from './pieces.ts';
import type { Slot, Template } from './pieces.ts';

const shouted = (slot: Slot): Slot => ({ ...slot, text: slot.text.toUpperCase() });

/** More documents, of other sorts than the evaluation's: written last, run once, nothing was tuned on them. */
export const SECOND: Readonly<Record<'en' | 'de', Readonly<Record<string, Template>>>> = {
  en: {
    'csv: contacts': (s) => t`name,email,phone,city\n${s.person()},${s.email()},${s.phone()},${s.city()}\n${s.person()},${s.email()},${s.phone()},${s.city()}`,
    'list: attendees': (s) => t`Who is coming to the Winter Party?\n- ${s.person()}\n- ${s.person()} (bringing a ${s.product()})\n- ${s.given()} and ${s.given()}\nRSVP to ${s.email()}`,
    'ocr: shipping label': (s) => t`SHIP TO:\n${shouted(s.person())}\nPRIORITY MAIL\nTRACKING ${s.id()}\nFROM: BLUE HARBOR BOOKS\nPHONE ${s.phone()}`,
    'social: post': (s) => t`So proud of ${s.given()} for finishing the City Marathon today!! Huge thanks to coach ${s.person()} and everyone who cheered in ${s.city()}. DM me or mail ${s.email()}`,
    'legal: clause': (s) => t`This Agreement is made between ${s.person()} ("Seller") and ${s.person()} ("Buyer"). The Purchase Price shall be wired to ${s.iban()}. Witnessed by ${s.person()}.`,
    'log: audit': (s) => t`{"ts":"${s.date()}","actor":"${s.email()}","ip":"${s.ip()}","msg":"card ${s.card()} removed by ${s.person()}","key":"${s.key()}"}`,
    'support: call': (s) => t`Call transcript. Operator: Thanks for calling, you're speaking with ${s.given()}. Caller: Yes hello, this is ${s.person()}. My wife ${s.given()} placed the order, the confirmation went to ${s.email()}.`,
    'review: product': (s) => t`Five stars for the ${s.product()}. Delivery to ${s.city()} took two days and ${s.given()} from Customer Care was super helpful. Would buy again. ${s.person()}`,
  },
  de: {
    'csv: kontakte': (s) => t`name;email;telefon;ort\n${s.person()};${s.email()};${s.phone()};${s.city()}\n${s.person()};${s.email()};${s.phone()};${s.city()}`,
    'liste: gäste': (s) => t`Wer kommt zur Weihnachtsfeier?\n- ${s.person()}\n- ${s.person()} (bringt einen Nudelsalat mit)\n- ${s.given()} und ${s.given()}\nZusagen an ${s.email()}`,
    'ocr: paketschein': (s) => t`EMPFÄNGER:\n${shouted(s.person())}\nPAKET BIS 5 KG\nSENDUNG ${s.id()}\nABSENDER: BUCHHANDLUNG HAFENBLICK\nTEL ${s.phone()}`,
    'sozial: beitrag': (s) => t`Bin so stolz auf ${s.given()}, heute den Stadtlauf geschafft!! Riesendank an Trainerin ${s.person()} und alle, die in ${s.city()} angefeuert haben. Schreibt mir: ${s.email()}`,
    'recht: klausel': (s) => t`Dieser Vertrag wird geschlossen zwischen ${s.person()} („Verkäufer“) und ${s.person()} („Käuferin“). Der Kaufpreis ist auf das Konto ${s.iban()} zu zahlen. Bezeugt durch ${s.person()}.`,
    'log: prüfpfad': (s) => t`{"ts":"${s.date()}","actor":"${s.email()}","ip":"${s.ip()}","msg":"Karte ${s.card()} entfernt durch ${s.person()}","key":"${s.key()}"}`,
    'hotline: gespräch': (s) => t`Mitschrift. Zentrale: Danke für Ihren Anruf, Sie sprechen mit ${s.given()}. Anrufer: Ja hallo, hier ist ${s.person()}. Meine Frau ${s.given()} hat bestellt, die Bestätigung ging an ${s.email()}.`,
    'bewertung: produkt': (s) => t`Fünf Sterne für den Staubsauger. Die Lieferung nach ${s.city()} dauerte zwei Tage und ${s.given()} vom Kundendienst war sehr hilfsbereit. Gerne wieder. ${s.person()}`,
  },
};
