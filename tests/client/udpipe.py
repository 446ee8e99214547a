"""Clients of UDPipe's REST service against a daemon: usage: udpipe.py URL

It trains a tagger first. The requests are those of python3-requests, of UDPipe's own
client (multipart/form-data by the email package), of urllib as tutorials have it, of curl as in the
manual, and of R's httr, which sends what curl sends."""
import email.mime.multipart
import email.mime.nonmultipart
import email.policy
import json
import subprocess
import sys
import urllib.parse
import urllib.request

import requests

url = sys.argv[1]
TEXT = "The dog ate the apple"
calls = 0


def words(answer):
    """Forms and tags of a response, which has to be one of the service."""
    global calls
    calls += 1
    assert set(answer) >= {"model", "acknowledgements", "result"}, answer
    assert answer["model"] == "tagger", answer
    rows = [line.split("\t") for line in answer["result"].split("\n") if line[:1].isdigit()]
    assert all(len(row) == 10 for row in rows), answer["result"]
    return [(row[1], row[3]) for row in rows]


WANT = [("The", "DET"), ("dog", "NN"), ("ate", "V"), ("the", "DET"), ("apple", "NN")]


def with_requests():
    models = requests.get(f"{url}/models").json()
    assert models["models"]["tagger"] == ["tokenizer", "tagger"], models
    assert models["default_model"] == "tagger"
    data = {"tokenizer": "", "tagger": "", "parser": "", "model": "tagger", "data": TEXT}
    assert words(requests.post(f"{url}/process", data=data).json()) == WANT
    assert words(requests.get(f"{url}/process", params=data).json()) == WANT
    files = {name: (None, value) for name, value in data.items()}
    assert words(requests.post(f"{url}/process", files=files).json()) == WANT
    wrong = requests.post(f"{url}/process", data={"data": TEXT, "tokenizer": "", "model": "none"})
    assert wrong.status_code == 404 and wrong.headers["Content-Type"].startswith("text/plain")


def with_own_client():
    """What udpipe2_client.py sends."""
    message = email.mime.multipart.MIMEMultipart("form-data", policy=email.policy.HTTP)
    fields = {"input": "conllu", "output": "conllu", "data": TEXT, "model": "tagger"}
    for name, value in (fields | {"tokenizer": "", "tagger": ""}).items():
        part = email.mime.nonmultipart.MIMENonMultipart("text", "plain")
        part.add_header("Content-Disposition", f'form-data; name="{name}"')
        part.add_header("Content-Transfer-Encoding", "8bit")
        part.set_payload(value, charset="utf-8")
        message.attach(part)
    body = message.as_bytes().split(b"\r\n\r\n", maxsplit=1)[1]
    request = urllib.request.Request(
        f"{url}/process", headers={"Content-Type": message["Content-Type"]}, data=body
    )
    with urllib.request.urlopen(request) as answer:
        assert words(json.load(answer)) == WANT


def with_urllib():
    query = "model=tagger&tokenizer&tagger&parser&data=" + urllib.parse.quote(TEXT)
    with urllib.request.urlopen(f"{url}/process?{query}") as answer:
        assert words(json.load(answer)) == WANT


def curl(*arguments):
    run = subprocess.run(["curl", "-sS", "--noproxy", "*", *arguments], stdout=subprocess.PIPE, check=True)
    return words(json.loads(run.stdout))


def with_curl():
    process = f"{url}/process"
    data = "tokenizer=&tagger=&parser=&data=" + urllib.parse.quote(TEXT)
    assert curl("--data", data, process) == WANT
    fields = [f"data={TEXT}", "model=tagger", "tokenizer=", "tagger=", "parser="]
    assert curl(*[x for f in fields for x in ("-F", f)], process) == WANT
    assert curl("--get", "--data", data, process) == WANT


def train():
    with open("config/examples/tutorial.json", encoding="utf-8") as file:
        requests.put(f"{url}/v1/datasets/udpipe", json=json.load(file)).raise_for_status()
    job = {"task": "tag", "dataset": "udpipe", "model": "tagger", "recipe": "tutorial-tagger"}
    job = requests.post(f"{url}/v1/jobs", json=job).json()
    state = requests.get(f"{url}/v1/jobs/{job['id']}", params={"wait": 120}).json()["state"]
    assert state == "succeeded", state


for part in (train, with_requests, with_own_client, with_urllib, with_curl):
    part()
print(f"udpipe: {calls} responses passed, 0 failed")
