import { t } from './pieces.ts';
import type { Template } from './pieces.ts';

/** The templates that the detectors may be tuned on. None of them is in the evaluation. */
export const PRACTICE: Readonly<Record<'en' | 'de', Readonly<Record<string, Template>>>> = {
  en: {
    letter: (s) => t`Dear ${s.person()},\n\nthank you for your order ${s.id()} of ${s.date()}. Your ${s.product()} will be sent to ${s.city()} soon.\n\nKind regards,\n${s.person()}\nCustomer Service`,
    chat: (s) => t`[10:32] ${s.given()}: did anyone hear from ${s.person()}?\n[10:33] ${s.given()}: she is in ${s.city()} until Friday, try ${s.phone()} or ${s.email()}`,
    ticket: (s) => t`Ticket #${s.id()}\nPriority: High\nReporter: ${s.person()}\nAssignee: ${s.person()}\nThe Payment Service in Production rejects the card ${s.card()} since Monday. Contact the customer at ${s.email()}.`,
    json: (s) => t`{"orderId":"${s.id()}","customer":{"firstName":"${s.given()}","lastName":"${s.family()}","email":"${s.email()}","phone":"${s.phone()}"},"items":[{"name":"${s.product()}","price":${s.amount()}}],"iban":"${s.iban()}"}`,
    prose: (s) => t`Yesterday ${s.person()} met the Board of Directors in ${s.city()}. According to ${s.person()}, the Annual Report was late. ${s.given()} left early.`,
    receipt: (s) => t`GREEN GROCERS\n${s.city()}\nCashier: ${s.given()}\nMilk 1L        ${s.amount()}\nTOTAL          ${s.amount()}\nMASTERCARD ${s.scannedCard()}\nAUTH 00${s.id()}`,
    log: (s) => t`2026-03-01T10:00:00Z WARN login failed for ${s.email()} from ${s.ip()} using key ${s.key()} (Chrome/120.0.0.0)`,
    invoice: (s) => t`Invoice ${s.id()}\nBill to: ${s.person()}\nProduct: ${s.product()}\nAmount: ${s.amount()} EUR\nPlease transfer to IBAN ${s.iban()}. Questions? Call ${s.phone()}.`,
  },
  de: {
    letter: (s) => t`Sehr geehrte Frau ${s.family()},\n\nvielen Dank für Ihre Bestellung ${s.id()} vom ${s.date()}. Die Rechnung finden Sie im Anhang.\n\nMit freundlichen Grüßen\n${s.person()}\nKundenservice`,
    chat: (s) => t`${s.given()}: Hat jemand ${s.person()} erreicht?\n${s.given()}: Ja, unter ${s.phone()}. Die Unterlagen gehen an ${s.email()}`,
    ticket: (s) => t`Vorgang ${s.id()}\nGemeldet von: ${s.person()}\nBearbeiter: ${s.person()}\nBeschreibung: Die Zahlung mit der Karte ${s.card()} wurde am Montag abgelehnt. Rückfragen an Herrn ${s.family()}.`,
    json: (s) => t`{"auftrag":"${s.id()}","kunde":{"vorname":"${s.given()}","nachname":"${s.family()}","email":"${s.email()}"},"artikel":"${s.product()}","iban":"${s.iban()}"}`,
    prose: (s) => t`Gestern hat ${s.person()} mit der Geschäftsführung in ${s.city()} über den Vertrag gesprochen. Laut ${s.person()} war die Lieferung der Ware verspätet. ${s.given()} kümmert sich um die Erstattung.`,
    receipt: (s) => t`BÄCKEREI AM MARKT\n${s.city()}\nEs bediente Sie: ${s.given()}\nVollkornbrot      ${s.amount()}\nSUMME EUR         ${s.amount()}\nKartenzahlung ${s.scannedCard()}`,
    log: (s) => t`WARNUNG Anmeldung von ${s.email()} aus ${s.ip()} mit Schlüssel ${s.key()} abgelehnt`,
    note: (s) => t`Telefonnotiz: ${s.person()} bittet um Rückruf unter ${s.phone()} wegen der Rechnung. IBAN ${s.iban()}.`,
  },
};
