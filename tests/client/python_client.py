"""config/examples/lstmd.py against a daemon, with pandas or without.

usage: python_client.py URL [plain]; plain: as where pandas is not installed."""
import datetime
import json
import math
import os
import socket
import sys
import threading
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, "config/examples")
url = sys.argv[1]
plain = sys.argv[2:] == ["plain"]
if plain:
    sys.modules["pandas"] = None
else:
    import pandas
from lstmd import Client, LstmdError

client = Client(url)
name = "py-plain" if plain else "py-pandas"


def refused(status, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except LstmdError as error:
        assert error.status == status, error
        return error
    raise AssertionError(f"{call} was not refused")


def season(shop, n):
    return [50 + shop * 100 + n / 4 + 10 * math.sin(n * math.pi / 6) for n in range(n)]


def months(n):
    return [datetime.date(2015 + k // 12, k % 12 + 1, 1) for k in range(n)]


def panel(n):
    """The columns of Nixtla's libraries."""
    return {
        "unique_id": ["1"] * n + ["b"] * n,
        "ds": months(n) * 2,
        "y": season(0, n) + season(1, n),
    }


def forecasts():
    columns = panel(72)
    columns["y"][5] = math.nan
    data = columns if plain else pandas.DataFrame(columns)
    made = client.upload(name, data)
    assert (made["time_column"], made["id_column"]) == ("ds", "unique_id"), made
    assert [s["id"] for s in made["series"]] == ["1", "b"], made
    assert made["series"][0]["missing"] == 1 and made["series"][0]["frequency"] == "M", made
    job = client.train(name, horizon=6, epochs=2)
    assert job["state"] == "succeeded" and job["model_version"] == 1, job

    table = client.forecast(name, 3, level=[80], quantiles=[0.1])
    assert list(table) == ["unique_id", "ds", "mean", "lo-80", "hi-80", "q-0.1"], list(table)
    assert list(table["unique_id"]) == ["1"] * 3 + ["b"] * 3, table
    want = ["2021-01", "2021-02", "2021-03"] * 2
    assert [str(t)[:7] for t in table["ds"]] == want, table
    if not plain:
        assert str(table["ds"].dtype) == "datetime64[ns]", table.dtypes
        assert isinstance(table, pandas.DataFrame)
    truth = season(0, 75)[-3:] + season(1, 75)[-3:]
    for value, low, high, true in zip(table["mean"], table["lo-80"], table["hi-80"], truth):
        assert low <= value <= high and abs(value - true) < 10, (value, true)

    later = {k: v[72:75] + v[147:150] for k, v in panel(75).items()}
    client.append(name, later if plain else pandas.DataFrame(later))
    assert str(client.forecast(name, 1)["ds"][0])[:7] == "2021-04"
    other = client.forecast(name, 2, history={"b": season(1, 72)}, start="2015-01", frequency="M")
    assert [str(t)[:7] for t in other["ds"]] == ["2021-01", "2021-02"], other
    assert len(client.forecast(name, 2, dataset=name)["mean"]) == 4
    assert len(client.forecast(name, 2, history=season(0, 72))["mean"]) == 2
    stored = client.data(name)
    assert list(stored) == ["unique_id", "ds", "y"] and len(stored["y"]) == 150, stored
    assert client.export(name)[8:9] == b"{" and client.export(name, "onnx")[:1] == b"\x08"
    assert name in [m["name"] for m in client.models()]


def frames():
    """What pandas has besides: an index of times, periods, a series."""
    index = pandas.date_range("2015-01-01", periods=72, freq="MS", name="month")
    for k, data in enumerate(
        [
            pandas.DataFrame({"sales": season(0, 72)}, index=index),
            pandas.Series(season(0, 72), index=index),
            pandas.Series(season(0, 72), index=index.to_period(), name="sales"),
            pandas.DataFrame({"when": index, "sales": season(0, 72)}),
            {"when": index.values, "sales": pandas.Series(season(0, 72)).values},
        ]
    ):
        made = client.upload(f"{name}-{k}", data)["series"][0]
        assert made["start"][:7] == "2015-01" and made["length"] == 72, (k, made)


def tags():
    with open("config/examples/tutorial.json", "rb") as file:
        client.upload(f"{name}-words", json.load(file))
    client.train(f"{name}-words", task="tag", job={"recipe": "tutorial-tagger"})
    want = [("The", "DET"), ("dog", "NN"), ("ate", "V"), ("the", "DET"), ("apple", "NN")]
    assert client.tag(f"{name}-words", "The dog ate the apple") == [want]
    assert client.tag(f"{name}-words", [["The", "dog"], ["the"]])[1] == [("the", "DET")]


def errors():
    error = refused(404, client.forecast, "no-such-model", 3)
    assert "no-such-model" in error.detail and error.problem["status"] == 404
    error = refused(422, client.train, name, horizn=3)
    assert error.place == "/params/horizn", error.place
    refused(422, client.upload, "Not A Name", "y\n1\n2\n")
    refused(0, Client("http://127.0.0.1:9", retries=1).models)
    first = {k: v[:1] for k, v in panel(3).items()}
    assert "on_conflict" in refused(422, client.append, name, first, "error").detail
    client.delete("models", name)
    refused(404, client.delete, "models", name)


class Lossy:
    """Between client and daemon: of the first answers it passes on nothing, as if lines broke."""

    def __init__(self, lose):
        self.lose, self.requests, self.heads = lose, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        host = urllib.parse.urlsplit(url)
        while True:
            peer, _ = self.listener.accept()
            with peer, socket.create_connection((host.hostname, host.port)) as server:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += peer.recv(65536)
                head, _, body = request.partition(b"\r\n\r\n")
                lines = dict(x.lower().split(b": ", 1) for x in head.split(b"\r\n")[1:])
                while len(body) < int(lines.get(b"content-length", 0)):
                    body += peer.recv(65536)
                server.sendall(head + b"\r\n\r\n" + body)
                self.requests.append(head.split(b"\r\n")[0].decode())
                self.heads.append(head)
                answer = b""
                while part := server.recv(65536):
                    answer += part
                if self.lose > 0:
                    self.lose -= 1
                else:
                    peer.sendall(answer)


def lost_connections():
    before = client.request("GET", "/v1/jobs", {"limit": 1000}).count(b'"id"')
    lossy = Lossy(lose=2)
    job = Client(lossy.url).train(name, f"{name}-lossy", wait=False, epochs=1)
    assert lossy.requests == ["POST /v1/jobs HTTP/1.1"] * 3, lossy.requests
    assert client.wait(job["id"])["state"] == "succeeded"
    after = client.request("GET", "/v1/jobs", {"limit": 1000}).count(b'"id"')
    assert after == before + 1, (before, after)
    keys = {x for h in lossy.heads for x in h.split(b"\r\n") if x[:11].lower() == b"idempotency"}
    assert len(keys) == 1, keys
    lossy = Lossy(lose=1)
    refused(0, Client(lossy.url, key="a-key", retries=0).models)
    assert b"Authorization: Bearer a-key" in lossy.heads[0], lossy.heads
    lossy = Lossy(lose=1)
    rows = {k: v[75:76] for k, v in panel(76).items()}
    refused(0, Client(lossy.url).append, name, rows, "error")
    assert len(lossy.requests) == 1, lossy.requests  # it may have been done: not sent again
    lossy = Lossy(lose=1)
    assert Client(lossy.url).append(name, rows)["name"] == name
    assert len(lossy.requests) == 2, lossy.requests


os.environ["LSTMD_URL"] = url
assert Client().url == url
forecasts()
lost_connections()
if not plain:
    frames()
tags()
errors()
print(f"python_client: passed {'without' if plain else 'with'} pandas, 0 failed")
