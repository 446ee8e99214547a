"""A client of the Open Inference Protocol by python3-requests against a daemon: usage: kserve.py URL

It trains a forecaster and a tagger first, and asks as clients of KServe do."""
import csv
import sys

import requests

url = sys.argv[1]
session = requests.Session()
calls = 0


def call(method, path, status=200, **arguments):
    global calls
    calls += 1
    answer = session.request(method, f"{url}{path}", **arguments)
    assert answer.status_code == status, (path, answer.status_code, answer.text)
    return answer.json()


def train(job):
    id = call("POST", "/v1/jobs", 202, json=job)["id"]
    job = call("GET", f"/v1/jobs/{id}?wait=120")
    assert job["state"] == "succeeded", job


def tensor(name, datatype, shape, data):
    return {"name": name, "shape": shape, "datatype": datatype, "data": data}


with open("config/examples/airpassengers.csv", encoding="utf-8") as file:
    text = file.read()
passengers = [float(row[1]) for row in list(csv.reader(text.splitlines()))[1:]]
headers = {"Content-Type": "text/csv"}
session.put(f"{url}/v1/datasets/oip-flights", data=text, headers=headers).raise_for_status()
with open("config/examples/tutorial.json", encoding="utf-8") as file:
    session.put(
        f"{url}/v1/datasets/oip-words",
        data=file.read(),
        headers={"Content-Type": "application/json"},
    ).raise_for_status()
params = {"epochs": 3, "ensemble": False}
train({"task": "forecast", "dataset": "oip-flights", "model": "oip-flights", "params": params})
train({"task": "tag", "dataset": "oip-words", "model": "oip-tagger", "recipe": "tutorial-tagger"})

assert call("GET", "/v2")["name"] == "lstmd"
assert call("GET", "/v2/health/live") == {"live": True}
assert call("GET", "/v2/health/ready") == {"ready": True}
for name in ("oip-flights", "oip-tagger"):
    model = call("GET", f"/v2/models/{name}")
    assert model["name"] == name and model["versions"][0] == "1", model
    assert call("GET", f"/v2/models/{name}/versions/1/ready")["ready"] is True

request = {
    "id": "one",
    "inputs": [tensor("history", "FP64", [2, 144], [passengers, passengers])],
    "parameters": {"horizon": 12, "level": 95, "start": "1949-01", "frequency": "M"},
}
answer = call("POST", "/v2/models/oip-flights/infer", json=request)
assert answer["id"] == "one" and answer["model_name"] == "oip-flights", answer
outputs = {o["name"]: o for o in answer["outputs"]}
assert set(outputs) == {"mean", "lower", "upper"}
assert all(o["shape"] == [2, 12] and len(o["data"]) == 24 for o in outputs.values())
api = call(
    "POST",
    "/v1/models/oip-flights/forecast",
    json={"values": passengers, "start": "1949-01", "frequency": "M", "horizon": 12},
)
assert outputs["mean"]["data"][:12] == api["series"][0]["mean"]

request = {"inputs": [tensor("text", "BYTES", [2], ["The dog ate the apple", "The dog"])]}
answer = call("POST", "/v2/models/oip-tagger/versions/1/infer", json=request)
tags = {o["name"]: o["data"] for o in answer["outputs"]}["tags"]
assert tags == ["DET NN V DET NN", "DET NN"], tags

assert set(call("POST", "/v2/models/none/infer", 404, json=request)) == {"error"}
assert set(call("POST", "/v2/models/oip-flights/infer", 422, json={})) == {"error"}
print(f"kserve: {calls} calls passed, 0 failed")
