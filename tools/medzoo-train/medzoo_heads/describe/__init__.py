"""model.json for an ONNX file that medzoo-train did not make."""
