"""Graphs of ONNX: written, made smaller and cheaper, and read back."""
