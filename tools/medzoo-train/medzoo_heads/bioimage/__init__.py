"""A head as a package of bioimage.io: encoder and head in one ONNX file, rdf.yaml, and test tensors."""
