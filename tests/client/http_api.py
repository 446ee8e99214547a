"""The HTTP interface by python3-requests, as any program speaks to it: usage: http_api.py URL

What requests does by itself is what is tested: compression, kept connections, redirects that must
not be, streams, files, encodings, conditional requests."""
import io
import json
import sys

import requests

url = sys.argv[1]
session = requests.Session()
calls = 0


def call(method, path, status=200, **arguments):
    global calls
    calls += 1
    answer = session.request(method, url + path, timeout=200, **arguments)
    assert answer.status_code == status, (method, path, answer.status_code, answer.text)
    assert not answer.history, answer.history
    return answer


def uploads():
    with open("config/examples/airpassengers.csv", "rb") as file:
        text = file.read()
    call("PUT", "/v1/datasets/rq-flights", 201, data=text, headers={"Content-Type": "text/csv"})
    parts = {"file": ("flights.csv", io.BytesIO(text), "text/csv")}
    call("PUT", "/v1/datasets/rq-form", 201, files=parts, data={"frequency": "M"})
    chunks = (text[i : i + 500] for i in range(0, len(text), 500))  # Transfer-Encoding: chunked
    call("PUT", "/v1/datasets/rq-chunks", 201, data=chunks, headers={"Content-Type": "text/csv"})
    rows = [{"unique_id": "a", "ds": f"2020-{m:02}", "y": m * 1.5} for m in range(1, 13)]
    call("PUT", "/v1/datasets/rq-records", 201, json=rows)
    lines = "\n".join(map(json.dumps, rows)).encode()
    kind = {"Content-Type": "application/jsonl"}
    call("POST", "/v1/datasets/rq-lines", 201, data=lines, headers=kind)
    same = [call("GET", f"/v1/datasets/{d}").json()["series"] for d in ("rq-flights", "rq-chunks")]
    assert same[0][0]["length"] == same[1][0]["length"] == 144
    form = call("GET", "/v1/datasets/rq-form").json()
    assert form["series"][0]["end"] == "1960-12", form
    records = call("GET", "/v1/datasets/rq-records/data", headers={"Accept": "text/csv"}).text
    assert records.splitlines()[:2] == ["unique_id,ds,y", "a,2020-01,1.5"], records
    assert call("GET", "/v1/datasets/rq-lines/data?format=csv").text == records


def training():
    job = {"task": "forecast", "dataset": "rq-flights", "model": "rq-flights"}
    once = {"Idempotency-Key": "rq-once"}
    first = call("POST", "/v1/jobs", 202, json=job, headers=once).json()
    again = call("POST", "/v1/jobs", 202, json=job, headers=once).json()
    assert first["id"] == again["id"]
    events = []
    with call("GET", f"/v1/jobs/{first['id']}/events", stream=True) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        for line in stream.iter_lines(decode_unicode=True):
            if line.startswith("event: "):
                events.append(line[7:])
    assert events, "no event"
    done = call("GET", f"/v1/jobs/{first['id']}", params={"wait": 60}).json()
    assert done["state"] == "succeeded" and done["metrics"]["mase"] < 1, done


def answers():
    path = "/v1/models/rq-flights/forecast"
    forecast = call("GET", path, params={"horizon": 12, "level": "80,95"})
    long = call("GET", path, params={"horizon": 200, "level": "80,95"})
    assert long.headers["Content-Encoding"] == "gzip"
    assert len(long.json()["series"][0]["mean"]) == 200
    series = forecast.json()["series"][0]
    assert series["time"][0] == "1961-01" and len(series["mean"]) == 12
    table = call("GET", path, params={"horizon": 2}, headers={"Accept": "text/csv"}).text
    assert table.startswith("unique_id,ds,mean,lo-80,hi-80,lo-95,hi-95\nrq-flights,1961-01,"), table
    picture = call("GET", path, params={"horizon": 24, "format": "svg"})
    assert picture.headers["Content-Type"].startswith("image/svg+xml") and "<svg" in picture.text
    model = call("GET", "/v1/models/rq-flights")
    call("GET", "/v1/models/rq-flights", 304, headers={"If-None-Match": model.headers["ETag"]})
    file = call("GET", "/v1/models/rq-flights/checkpoint")
    call("PUT", "/v1/models/rq-copy/checkpoint", 201, data=file.content)
    assert call("GET", "/v1/models/rq-copy/forecast", params={"horizon": 12}).json()["series"] == [
        {**series, "notes": ANY}
    ]


class _Any:
    def __eq__(self, other):
        return True


ANY = _Any()


def problems():
    for method, path, status, arguments in [
        ("GET", "/v1/models/rq-none", 404, {}),
        ("GET", "/v1/models/rq-flights/forecast", 400, {"params": {"horizont": 3}}),
        ("POST", "/v1/jobs", 422, {"json": {"task": "forecast", "dataset": "rq-flights"}}),
        ("POST", "/v1/jobs", 400, {"data": b"{", "headers": {"Content-Type": "application/json"}}),
        ("PATCH", "/v1/models/rq-flights", 405, {}),
        ("PUT", "/v1/datasets/rq-x", 415, {"data": b"x", "headers": {"Content-Type": "image/png"}}),
    ]:
        answer = call(method, path, status, **arguments)
        assert answer.headers["Content-Type"].startswith("application/problem+json"), path
        problem = answer.json()
        assert problem["status"] == status and problem["detail"] and problem["type"], problem


uploads()
training()
answers()
problems()
for name in ("rq-flights", "rq-copy"):
    call("DELETE", f"/v1/models/{name}", 204)
print(f"http_api: {calls} calls passed, 0 failed")
