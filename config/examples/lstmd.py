"""A client of lstmd in one file, without dependencies: copy it beside your program.

    from lstmd import Client
    client = Client("http://127.0.0.1:8080")          # or LSTMD_URL and LSTMD_API_KEY
    client.upload("sales", frame)                     # pandas, a dict of columns, records or CSV
    client.train("sales", horizon=12)                 # shows a progress bar, waits for the end
    client.forecast("sales", 12, level=[80, 95])      # columns unique_id, ds, mean, lo-80, ...

Tables have the columns of Nixtla's libraries: unique_id (the series), ds (the time), y (the value).
Other names are recognised too. Where pandas is installed tables are DataFrames, elsewhere dicts of
lists. Python 3.9 or later."""
from __future__ import annotations

import csv
import datetime
import http.client
import importlib
import io
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

Json = Dict[str, Any]
Tagged = List[Tuple[str, str]]
_JSON = "application/json"
_BUSY = (429, 503)  # refused before anything was done


class LstmdError(Exception):
    """A refused request: status (0: no connection), detail, place in the request, the problem."""

    def __init__(self, status: int, detail: str, problem: Optional[Json] = None) -> None:
        self.status, self.detail, self.problem = status, detail, problem or {}
        first = (self.problem.get("errors") or [{}])[0]
        self.place = str(first.get("pointer") or first.get("parameter") or "")
        super().__init__(f"{status or 'no answer'}: {detail}{self.place and f' ({self.place})'}")


class Client:
    """key: an API key. retries: how often a request is sent again, if it is safe to do so."""

    def __init__(self, url: Optional[str] = None, key: Optional[str] = None, *,
                 timeout: float = 60, retries: int = 5) -> None:
        self.url = (url or os.environ.get("LSTMD_URL") or "http://127.0.0.1:8080").rstrip("/")
        self.key = key or os.environ.get("LSTMD_API_KEY") or ""
        self.timeout, self.retries = timeout, retries

    # ---- data

    def upload(self, name: str, data: Any, **options: Any) -> Json:
        """Makes or replaces the data set. options: of the upload, such as time="month",
        id="shop", target="sales", covariates="price", frequency="M", fill="seasonal"."""
        body, kind = _body(data)
        return self._json("PUT", _path("v1", "datasets", name), options, body, kind)

    def append(self, name: str, data: Any, on_conflict: str = "replace", **options: Any) -> Json:
        """Adds rows. Times that exist get the new values; "ignore" keeps the old ones, "error"
        refuses (and is not sent again if the connection breaks)."""
        body, kind = _body(data)
        return self._json("POST", _path("v1", "datasets", name, "rows"),
                          {"on_conflict": on_conflict, **options}, body, kind,
                          safe=on_conflict != "error")

    def data(self, name: str) -> Any:
        """The data set as a table."""
        return _frame(self.request("GET", _path("v1", "datasets", name, "data"), accept="text/csv"))

    def delete(self, kind: str, name: str) -> None:
        """kind: "models", "datasets" or "jobs"."""
        self.request("DELETE", _path("v1", kind, name))

    # ---- training

    def train(self, dataset: str, model: Optional[str] = None, *, task: str = "forecast",
              wait: bool = True, progress: bool = True, job: Optional[Json] = None,
              **params: Any) -> Json:
        """Trains the next version of a model (the name of the data set, if left out) and returns
        the job. params: hyper-parameters such as horizon=12. job: other members, such as recipe,
        future_covariates or promote. A training that fails is an LstmdError."""
        body: Json = {"task": task, "dataset": dataset, "model": model or dataset, **(job or {})}
        if params:
            body["params"] = params
        started = self._json("POST", _path("v1", "jobs"), {}, json.dumps(body).encode(), _JSON,
                             safe=True, once=uuid.uuid4().hex)
        return self.wait(started["id"], progress) if wait else started

    def wait(self, job: str, progress: bool = True) -> Json:
        """Waits until the job has ended. Ctrl-C leaves it running."""
        bar = _Bar(progress)
        while True:
            now = self._json("GET", _path("v1", "jobs", job), {"wait": 1 if progress else 30})
            bar.show(now)
            if now["state"] not in ("queued", "running"):
                break
        if now["state"] != "succeeded":
            error = now.get("error") or {}
            detail = f"the training {now['state']}: {error.get('detail', 'by request')}"
            raise LstmdError(int(error.get("status", 409)), detail, error)
        return now

    # ---- results

    def forecast(self, model: str, horizon: Optional[int] = None, *,
                 level: Sequence[float] = (80, 95), quantiles: Sequence[float] = (),
                 dataset: Optional[str] = None, history: Any = None, **members: Any) -> Any:
        """A table: unique_id, ds, mean, lo-LEVEL, hi-LEVEL, q-QUANTILE. It begins after the newest
        row of the training data, of another data set, or of a history: the values of one series, or
        {"name": values}. members: of the request, such as samples=100; with a history also
        start="2020-01" and frequency="M", with a data set future_covariates={"price": [...]}."""
        path = _path("v1", "models", model, "forecast")
        asked: Json = {"level": list(level), "quantiles": list(quantiles), "horizon": horizon}
        asked = {name: v for name, v in asked.items() if v}
        if dataset is None and history is None:
            asked = {k: ",".join(map(str, v)) if k != "horizon" else v for k, v in asked.items()}
            return _frame(self.request("GET", path, {**asked, **members}, accept="text/csv"))
        if isinstance(history, Mapping):
            times = {k: members.pop(k) for k in ("start", "frequency") if k in members}
            asked["series"] = [{"id": str(k), "values": _values(v), **times}
                               for k, v in history.items()]
        elif history is not None:
            asked["values"] = _values(history)
        else:
            asked["dataset"] = dataset
        body = json.dumps({**asked, **members}).encode()
        return _frame(self.request("POST", path, {}, body, _JSON, "text/csv", safe=True))

    def tag(self, model: str, text: Union[str, Sequence[Sequence[str]]]) -> list[Tagged]:
        """The sentences of a text, or given lists of words: pairs of word and tag."""
        member = "text" if isinstance(text, str) else "sentences"
        answer = self._json("POST", _path("v1", "models", model, "tag"), {},
                            json.dumps({member: text}).encode(), _JSON, safe=True)
        return [list(zip(s["tokens"], s["tags"])) for s in answer["sentences"]]

    def models(self) -> list[Json]:
        """The versions that serve."""
        items: list[Json] = []
        page: Json = {"next": ""}
        while page["next"] is not None:
            page = self._json("GET", "/v1/models", {"cursor": page["next"]} if page["next"] else {})
            items += page["items"]
        return items

    def export(self, model: str, format: str = "safetensors") -> bytes:
        """The file of the model; format="onnx": its LSTM as a graph."""
        return self.request("GET", _path("v1", "models", model, "checkpoint"), {"format": format})

    # ---- requests

    def request(self, method: str, path: str, query: Optional[Json] = None,
                body: Optional[bytes] = None, kind: str = "", accept: str = "*/*", *,
                safe: Optional[bool] = None, once: str = "") -> bytes:
        """Sends one request and returns the body of its answer. safe: that it may be sent twice; if
        left out, all but POST. once: its Idempotency-Key, with which the server acts once."""
        target = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        headers = {"Accept": accept, "Content-Type": kind, "Idempotency-Key": once,
                   "Authorization": f"Bearer {self.key}" if self.key else ""}
        headers = {name: value for name, value in headers.items() if value}
        again = method != "POST" if safe is None else safe
        for attempt in range(self.retries + 1):
            delay = min(0.2 * 2**attempt, 10)
            try:
                request = urllib.request.Request(target, body, headers, method=method)
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as refusal:
                error = _problem(refusal)
                repeat = refusal.code in _BUSY or (again and refusal.code in (502, 504))
                if not repeat or attempt == self.retries:
                    raise error from None
                delay = max(delay, min(_seconds(refusal.headers.get("Retry-After")), 60))
            except (OSError, http.client.HTTPException) as lost:
                if not again or attempt == self.retries:
                    raise LstmdError(0, f"{target}: {getattr(lost, 'reason', lost)}") from lost
            time.sleep(delay)
        raise AssertionError("not reached")

    def _json(self, method: str, path: str, query: Json, body: Optional[bytes] = None,
              kind: str = "", **more: Any) -> Json:
        answer: Json = json.loads(self.request(method, path, query, body, kind, _JSON, **more))
        return answer


# ---- forms of data

def _path(*parts: str) -> str:
    return "/" + "/".join(urllib.parse.quote(p, safe="") for p in parts)


def _cell(v: Any) -> Any:
    """A value as JSON has it: times as text, numpy's numbers as Python's, NaN and NaT as null."""
    if v is None or v != v:
        return None
    if type(v).__name__ == "datetime64":
        return str(v)[:19]
    v = v.item() if hasattr(v, "item") else v
    if isinstance(v, datetime.date):
        return v.isoformat()
    return v if isinstance(v, (bool, int, float, str)) else str(v)


def _values(v: Iterable[Any]) -> list[Any]:
    return [_cell(x) for x in v]


def _body(data: Any) -> tuple[bytes, str]:
    if hasattr(data, "to_csv"):  # pandas; a RangeIndex without a name only counts the rows
        frame = data.to_frame(data.name or "y") if hasattr(data, "to_frame") else data
        name = frame.index.name
        index = name is not None or type(frame.index).__name__ != "RangeIndex"
        return frame.to_csv(index=index, index_label=name or "ds").encode(), "text/csv"
    if isinstance(data, (str, bytes)):
        return (data.encode() if isinstance(data, str) else data), "text/csv"
    if isinstance(data, Mapping) and not {"series", "sentences", "values"} & set(data):
        columns = [_values(column) for column in data.values()]
        if len(set(map(len, columns))) != 1:
            raise ValueError(f"the columns have {[len(c) for c in columns]} rows")
        data = [dict(zip(data, row)) for row in zip(*columns)]
    return json.dumps(data, default=_cell).encode(), _JSON


def _number(text: str) -> Any:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _frame(answer: bytes) -> Any:
    try:
        pandas: Any = importlib.import_module("pandas")
    except ImportError:
        rows = list(csv.reader(io.StringIO(answer.decode())))
        text = ("unique_id", "ds")
        return {name: [r[i] if name in text else _number(r[i]) for r in rows[1:]]
                for i, name in enumerate(rows[0])} if rows else {}
    frame = pandas.read_csv(io.BytesIO(answer), dtype={"unique_id": str})
    if "ds" in frame and frame["ds"].dtype == object:
        try:
            frame["ds"] = pandas.to_datetime(frame["ds"])
        except (ValueError, TypeError):
            pass  # quarters, weeks and other spellings stay text
    return frame


# ---- answers

def _seconds(text: Optional[str]) -> float:
    return float(text) if text and text.isdigit() else 0


def _problem(refusal: urllib.error.HTTPError) -> LstmdError:
    try:
        problem = json.loads(refusal.read())
        return LstmdError(refusal.code, str(problem.get("detail", refusal.reason)), problem)
    except (ValueError, AttributeError, OSError, http.client.HTTPException):
        return LstmdError(refusal.code, str(refusal.reason))


class _Bar:
    """Progress on standard error: a bar on a terminal and in a notebook, else nothing."""

    def __init__(self, wanted: bool) -> None:
        self.shown = wanted and (sys.stderr.isatty() or "ipykernel" in sys.modules)

    def show(self, job: Json) -> None:
        if not self.shown:
            return
        at = job["progress"]
        done, loss, left = at.get("fraction") or 0, at.get("loss"), at.get("eta_seconds")
        if job["state"] == "succeeded":
            done = 1
        text = f"{job['model']} [{'#' * round(30 * done):30}] {job['state']}"
        text += f", loss {loss:.4g}" if loss is not None else ""
        text += f", {left:.0f} s left" if left and job["state"] == "running" else ""
        sys.stderr.write(f"\r{text:79}" + ("" if job["state"] in ("queued", "running") else "\n"))
        sys.stderr.flush()
