"""The official checker of ONNX (python3-onnx) on exported models: usage: onnx_check.py URL

It trains one model of each task, and exports these and all others that the daemon has."""
import json
import sys
import urllib.error
import urllib.request

import onnx

url = sys.argv[1]


def call(method, path, body=None, kind="application/json"):
    request = urllib.request.Request(url + path, body, {"Content-Type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=200) as answer:
        return answer.read()


def train(**job):
    job = json.loads(call("POST", "/v1/jobs", json.dumps(job).encode()))
    job = json.loads(call("GET", f"/v1/jobs/{job['id']}?wait=120"))
    assert job["state"] == "succeeded", job


def check(name):
    """Returns whether the model can be exported."""
    try:
        file = call("GET", f"/v1/models/{name}/checkpoint?format=onnx")
    except urllib.error.HTTPError as refusal:
        assert refusal.code == 409, (name, refusal.read())
        return False
    model = onnx.load_model_from_string(file)
    onnx.checker.check_model(model, full_check=True)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert metadata["lstmd.model"] == name and metadata["lstmd.left_out"], metadata
    assert model.doc_string and model.producer_name == "lstmd"
    for value in [*model.graph.input, *model.graph.output]:
        shape = value.type.tensor_type.shape.dim
        assert value.doc_string and shape[0].dim_param == "batch", (name, value)
    used = {i for node in model.graph.node for i in node.input}
    idle = [t.name for t in model.graph.initializer if t.name not in used]
    assert not idle, (name, idle)
    return True


with open("config/examples/airpassengers.csv", "rb") as file:
    call("PUT", "/v1/datasets/checked-flights", file.read(), "text/csv")
with open("config/examples/tutorial.json", "rb") as file:
    call("PUT", "/v1/datasets/checked-words", file.read())
train(task="forecast", dataset="checked-flights", model="checked-flights", params={"epochs": 2})
train(task="tag", dataset="checked-words", model="checked-words")
models = json.loads(call("GET", "/v1/models?limit=1000"))["items"]
checked = [m["name"] for m in models if check(m["name"])]
assert {"checked-flights", "checked-words"} <= set(checked), checked
print(f"onnx_check: {len(checked)} of {len(models)} models are exported and pass, 0 failed")
