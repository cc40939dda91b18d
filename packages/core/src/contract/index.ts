export { sigmoid, softmax } from './outputs/tensors/activations.js';
export type {
  Answer,
  ClassificationAnswer,
  ImageMask,
  Keypoint,
  KeypointsAnswer,
  MultilabelAnswer,
  Outcome,
  Polygon,
  PredictedQuantity,
  Refusal,
  RegressionAnswer,
  Rle,
  SegmentationAnswer,
  TaskAnswers,
} from './answers/answers.js';
export type { Bytes, Floats } from './answers/bytes.js';
export type { ModelIdentity, Provenance, Timings } from './answers/provenance.js';
export type { Backend, BackendMemory, Batching, PrefetchOptions, Session, WeightsProgress } from './backend/backend.js';
export { checkParams, checkPromptsInImage } from './params/check-params.js';
export { completeLimits } from './options/complete-limits.js';
export { didYouMean } from './text/closest-name.js';
export { countOf } from './text/count-of.js';
export { formatQuantity, nameUnit } from './text/format-quantity.js';
export { describeOutOfDomain, kindsOf } from './text/describe-domain.js';
export { describeModalityMismatch } from './image/check-modality.js';
export { describeUntrained } from './errors/describe-untrained.js';
export type { DecodeLimits } from './image/decode-limits.js';
export { OUT_OF_DOMAIN } from './answers/domain.js';
export type { Domain, LabelledDomain, OutOfDomain } from './answers/domain.js';
export type {
  DecodedImage,
  DecodePurpose,
  DecodeRequest,
  ImageDecoder,
  ImageDescription,
  ImageFile,
  ReadableImage,
  StoredPixels,
} from './image/image-decoder.js';
export type {
  FileFlags,
  FramePlace,
  ImageFacts,
  PatientVector,
  PixelRegion,
  PixelSpacing,
  VoxelAxis,
  VoxelGrid,
} from './image/image-facts.js';
export type { ImageSource } from './image/image-source.js';
export { SLICE_DIRECTIONS } from './image/image-view.js';
export type { ImageView, SliceDirection, UsedView, ViewWindow } from './image/image-view.js';
export type { Encoder } from './backend/encoder.js';
export { isZooError, ZooError } from './errors/errors.js';
export type { Blame, ErrorCode, ErrorDetails, Json, ZooErrorData } from './errors/errors.js';
export type { EmbeddingSource, EventOutcome, Lasting, ZooEvent, ZooObserver } from './events.js';
export { defineHead } from './head/head.js';
export type { DecodeInput, FeedInput, Head, HeadDescription, ManifestOf } from './head/head.js';
export type { HeadManifest } from './head/head-manifest.js';
export { channelsByLabel, numbersByLabel, scoresOf } from './outputs/tensors/labelled-outputs.js';
export type { MaskChannel, ScoresOptions } from './outputs/tensors/labelled-outputs.js';
export { readBase64Floats, writeBase64Floats } from './model/schema/base64-floats.js';
export type { EncoderDomain, GaussianSpec, HeadDomain } from './model/domain-spec.js';
export type { QuantitySpec } from './model/quantities.js';
export type { CodedConcept, LabelConcept } from './model/concepts.js';
export type {
  Calibration,
  EncoderIdentity,
  InitialWeights,
  Metric,
  ModelManifest,
  Negatives,
  PreprocessSpec,
  Speed,
  TrainedEncoder,
  TrainedModel,
  TrainingSet,
} from './model/trained-model.js';
export type { ModelSpec, TensorSpec, WeightsFile } from './model/model-spec.js';
export { filesOfModel } from './model/model-files.js';
export type { ModelFile, ModelFiles, PrecisionChoice } from './model/model-files.js';
export type { GateResult, ModelVariant } from './model/variants.js';
export { isPresenceJudged } from './answers/is-presence-judged.js';
export { matchAnswer } from './answers/match-answer.js';
export type { AnswerCases } from './answers/match-answer.js';
export { decodeClasses } from './outputs/decode-classes.js';
export type { DecodeClassesOptions } from './outputs/decode-classes.js';
export { decodeExclusiveMasks } from './outputs/decode-exclusive-masks.js';
export { decodeKeypoints } from './outputs/decode-keypoints.js';
export { decodeLabels } from './outputs/decode-labels.js';
export { decodeMasks } from './outputs/decode-masks.js';
export type { DecodeMasksOptions } from './outputs/decode-masks.js';
export { decodeValues } from './outputs/decode-values.js';
export { takeFloat32 } from './outputs/tensors/take-tensor.js';
export { maxItemsOf } from './params/max-items.js';
export { isPromptType, takesPrompts } from './params/takes-prompts.js';
export type { PromptType } from './params/takes-prompts.js';
export { PARAM_TYPES } from './params/params.js';
export type { ParamSpec, ParamSpecs, ParamValue, ParamValues, PromptPoint } from './params/params.js';
export { parseTrainedEncoder, parseTrainedModel } from './model/parse-model.js';
export { checkPixelSize, findPixelSize } from './image/pixel-size.js';
export type { PixelSize } from './image/pixel-size.js';
export { resizeBilinear } from './outputs/tensors/resize-bilinear.js';
export type {
  Classification,
  ExclusiveMasks,
  HeatMap,
  Keypoints,
  LabelScore,
  PlausibleLabels,
  MaskPlane,
  ModelPoint,
  Multilabel,
  PredictedValue,
  PredictionInterval,
  ProbabilityMask,
  Regression,
  Score,
  Segmentation,
  TaskResults,
} from './answers/decoded-results.js';
export { TASKS } from './head/task.js';
export type { ByTask, Task } from './head/task.js';
export type {
  DeviceMemory,
  EmbeddingStoreRuntime,
  OpenModel,
  ProcessRuntime,
  QueueRuntime,
  SkippedProvider,
  ZooRuntime,
} from './backend/runtime.js';
export { elementCount, float32Tensor, int64Tensor, uint8Tensor } from './backend/tensor.js';
export type { Box, Point, Size, Tensor, TensorData, Tensors, TensorType } from './backend/tensor.js';
export { MASK_ENCODINGS, PRIORITIES } from './options/analyze-options.js';
export type { AnalyzeOptions, MaskEncoding, Priority } from './options/analyze-options.js';
export type { ModelProgress, ZooPrefetchOptions } from './options/prefetch-options.js';
export type { HeadRequests, Outcomes, Zoo } from './zoo.js';
export type { DisplayWindow, Shading, UsedWindow, WindowFacts, WindowFunction } from './window/apply-window-rule.js';
export { shadeGrey } from './window/shade-grey.js';
export type { GreyFacts } from './window/shade-grey.js';
export type { PixelPadding, StoredArray } from './window/value-set.js';
export { parseWindowRule } from './window/window-rule.js';
export type { WindowRule } from './window/window-rule.js';
