/** The parts of the page that the script works on, by id: the server writes them, and a test holds the two together. */
export const PART_IDS = {
  form: 'analyse',
  needsScript: 'analyse-needs-script',
  fields: 'analyse-fields',
  drop: 'analyse-drop',
  file: 'analyse-file',
  submit: 'analyse-submit',
  stop: 'analyse-stop',
  uploadFault: 'analyse-upload-fault',
  headsFault: 'analyse-heads-fault',
  progress: 'analyse-progress',
  status: 'analyse-status',
  upload: 'analyse-upload',
  results: 'analyse-results',
} as const;

/** The name of the checkboxes, one a head. */
export const HEADS_FIELD = 'head';

/** The attribute of the form that holds the heads that are asked by pointing, as JSON. */
export const PROMPTED_HEADS = 'data-prompted';
