"""A model of Triton's Python backend that runs the model.onnx beside it; tensors and digests are in config.pbtxt."""

from pathlib import Path

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton


class TritonPythonModel:
    def initialize(self, args):
        folder = Path(args["model_repository"]) / args["model_version"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", options, ["CPUExecutionProvider"])
        self.inputs = [tensor.name for tensor in self.session.get_inputs()]

    def execute(self, requests):
        return [self.run(request) for request in requests]

    def run(self, request):
        feeds = {name: triton.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
        names = list(request.requested_output_names())
        outputs = self.session.run(names, feeds)
        tensors = [triton.Tensor(name, np.ascontiguousarray(output)) for name, output in zip(names, outputs)]
        return triton.InferenceResponse(tensors)
