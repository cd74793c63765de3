import { describe } from 'vitest';
import { answerConformance } from './conformance/answers.ts';
import { connectionConformance } from './conformance/connections.ts';
import { errorConformance } from './conformance/errors.ts';
import { streamedConformance } from './conformance/streams.ts';
import { Vendor, type VendorSubject } from './conformance/vendor.ts';

/** What every provider of a vendor across the network must hold to, whole and streamed. */
export function vendorConformance(subject: VendorSubject): void {
  describe(`${subject.name}, as any vendor`, () => {
    const vendor = new Vendor(subject);
    answerConformance(vendor);
    errorConformance(vendor);
    connectionConformance(vendor);
    streamedConformance(vendor);
  });
}
