"""Files of a head: ONNX graph, model.json, golden record."""
