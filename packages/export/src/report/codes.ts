import type { CodedConcept } from '../concepts/concept.js';

const dcm = (value: string, meaning: string): CodedConcept => ({ value, scheme: 'DCM', meaning });
const sct = (value: string, meaning: string): CodedConcept => ({ value, scheme: 'SCT', meaning });
const ucum = (value: string, meaning: string): CodedConcept => ({ value, scheme: 'UCUM', meaning });

/** A unit by its symbol; '1' is that of a number without one. */
export function ucumUnit(symbol: string): CodedConcept {
  return ucum(symbol, symbol === '1' ? 'no units' : symbol);
}

/** Concept names of the templates 1500, 1501, 1410, 1600, 4019, 1204, 1001 and 1004 (PS3.16). */
export const NAMES = {
  report: dcm('126000', 'Imaging Measurement Report'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  observerType: dcm('121005', 'Observer Type'),
  observerUid: dcm('121012', 'Device Observer UID'),
  observerName: dcm('121013', 'Device Observer Name'),
  observerManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  observerModel: dcm('121015', 'Device Observer Model Name'),
  observerSerial: dcm('121016', 'Device Observer Serial Number'),
  procedure: dcm('121058', 'Procedure reported'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageGroup: dcm('126200', 'Image Library Group'),
  measurements: dcm('126010', 'Imaging Measurements'),
  group: dcm('125007', 'Measurement Group'),
  trackingId: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  finding: dcm('121071', 'Finding'),
  site: sct('363698007', 'Finding Site'),
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  region: dcm('111030', 'Image Region'),
  source: dcm('121112', 'Source of Measurement'),
  comment: dcm('121106', 'Comment'),
} as const;

export const VALUES = {
  english: { value: 'en-US', scheme: 'RFC5646', meaning: 'English (United States)' },
  device: dcm('121007', 'Device'),
  imaging: sct('363679005', 'Imaging procedure'),
} as const;

/** What is measured. */
export const QUANTITIES = {
  certainty: dcm('111012', 'Certainty of Finding'),
  area: sct('42798000', 'Area'),
  perimeter: sct('131191004', 'Perimeter'),
  longAxis: sct('103339001', 'Long axis'),
  majorAxis: sct('131187009', 'Major Axis'),
  minorAxis: sct('131188004', 'Minor Axis'),
  circumference: sct('74551000', 'Circumference'),
} as const;

export const UNITS = {
  mm: ucum('mm', 'millimeter'),
  mm2: ucum('mm2', 'square millimeter'),
  percent: ucum('%', 'Percent'),
  pixels: ucum('{pixels}', 'pixels'),
} as const;
