import { EXPORT_FORMATS, type ExportFormat } from '@medzoo/export';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { toEnum } from '../enum-of.js';

export const FORMATS = toEnum(EXPORT_FORMATS);

registerEnumType(FORMATS, {
  name: 'ExportFormat',
  description: 'Files that an answer can become.',
  valuesConfig: {
    SEG: { description: 'A DICOM segmentation.' },
    RTSTRUCT: { description: 'A DICOM structure set.' },
    SR: { description: 'A DICOM measurement report (TID 1500).' },
    SC: { description: 'A picture for people, as a DICOM secondary capture. It shows the pixels of the image.' },
    NIFTI: { description: 'A volume of labels, compressed.' },
    GEOJSON: { description: 'Outlines in pixels.' },
    COCO: { description: 'A data set of one image, as COCO JSON.' },
    PNG: { description: 'An answer with one mask as a picture: 255 where there is mask.' },
    RLE: { description: 'Run lengths of pycocotools.' },
    CSV: { description: 'A row for each mask or class.' },
  },
});

@ObjectType('ImageExport', {
  description: 'A file that is made when its link is requested, or the reason why it cannot be made.',
})
export class ImageExportType {
  @Field(() => FORMATS, { description: 'The one that was asked for.' })
  readonly format!: ExportFormat;

  @Field(() => String, {
    nullable: true,
    description: 'Link to the file; null where the answer cannot become such a file.',
  })
  readonly url!: string | null;

  @Field(() => String, { nullable: true, description: 'Why not; null where there is a link.' })
  readonly reason!: string | null;
}
