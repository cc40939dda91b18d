import type { Answer, Provenance } from '@medzoo/core/contract';
import { takeHead, type AnsweredFrame } from '../answered.js';
import type { Attributes } from '../dicom/attributes.js';
import { codeSequence } from '../dicom/attributes.js';
import {
  describeCompression,
  describeEquipment,
  describeSeries,
  describeWeights,
  referenceFrame,
  takeOneStudy,
  type DicomOptions,
} from '../dicom/modules.js';
import { createUid } from '../dicom/uid.js';
import { writeFile, type DicomFile } from '../dicom/write-file.js';
import { invalidParam } from '../refuse.js';
import { recordOf } from '../source/dicom-source.js';
import { readText } from '../source/read-values.js';

/** A picture for a person of what a head said about a frame, such as `drawOverlay` of @medzoo/draw makes it. */
export interface OverlayFrame extends AnsweredFrame<Answer> {
  /** PNG, or another raster format that sharp reads. */
  readonly picture: Uint8Array;
}

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Of one picture; drawOverlay's have at most 1600 pixels on the longer side of the image. */
const MOST_PIXELS = 64 * 2 ** 20;

/**
 * Writes pictures as Secondary Capture images of one series, one file each: for viewers that know no segmentation. They
 * need no place in the patient and say no pixel size, since a picture may be enlarged and has a legend. A picture shows
 * the source's pixels, so it shows a name too where one is burnt into them: what the source says of that is taken over.
 */
export async function writeOverlays(frames: readonly OverlayFrame[], options: DicomOptions = {}): Promise<DicomFile[]> {
  const head = takeHead(frames);
  const study = takeOneStudy(frames);
  const seriesInstanceUid = createUid();
  const files: DicomFile[] = [];
  for (const [index, frame] of frames.entries()) {
    files.push(
      await writeFile({
        sopClassUid: SECONDARY_CAPTURE,
        sopInstanceUid: createUid(),
        seriesInstanceUid,
        source: study,
        attributes: {
          ...describeSeries(
            { modality: 'OT', seriesNumber: 9004, seriesDescription: `${head.id} overlay` },
            options,
            study,
          ),
          ...describeEquipment(head),
          ...describeCompression([frame]),
          ...describeOrigin(frame, frame.provenance),
          InstanceNumber: index + 1,
          ...(await readPicture(frame.picture)),
        },
      }),
    );
  }
  return files;
}

function describeOrigin(frame: OverlayFrame, provenance: Provenance): Attributes {
  const { burnedInAnnotation } = frame.source;
  const { head } = provenance;
  return {
    ImageType: ['DERIVED', 'SECONDARY', 'OVERLAY'],
    ConversionType: 'WSD',
    PatientOrientation: '',
    Laterality: readText(recordOf(frame.source).dataSet, 'x00200060') ?? '',
    BurnedInAnnotation: burnedInAnnotation === 'unknown' ? undefined : burnedInAnnotation.toUpperCase(),
    DerivationDescription: `${head.id} ${head.version}; ${describeWeights(provenance)}`,
    SourceImageSequence: [
      {
        ...referenceFrame(frame),
        PurposeOfReferenceCodeSequence: codeSequence({
          value: '121322',
          scheme: 'DCM',
          meaning: 'Source image for image processing operation',
        }),
      },
    ],
  };
}

async function readPicture(picture: Uint8Array): Promise<Attributes> {
  const { default: sharp } = await import('sharp'); // takes .1 s to load, for this format alone
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: MOST_PIXELS })
      .flatten()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      SamplesPerPixel: 3,
      PhotometricInterpretation: 'RGB',
      PlanarConfiguration: 0,
      Rows: info.height,
      Columns: info.width,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      PixelData: Uint8Array.from(data),
    };
  } catch {
    throw invalidParam(
      `\`picture\` must be the bytes of a PNG of at most ${MOST_PIXELS} pixels, such as drawOverlay returns.`,
    );
  }
}
