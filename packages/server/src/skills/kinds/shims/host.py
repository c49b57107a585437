"""Runs before a skill that is written in Python: lines of JSON over the standard streams, one for each message."""

import asyncio
import importlib.util
import inspect
import json
import os
import sys

_from_host = sys.stdin
_to_host = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
_asks = 0


def _say(message):
    _to_host.write(json.dumps(message, ensure_ascii=False, allow_nan=False) + "\n")
    _to_host.flush()


class Fault(Exception):
    """A refusal of the host: what was asked is not declared, too much, or failed."""

    def __init__(self, code, message, ask):
        super().__init__(message)
        self.code = code
        self.ask = ask


def _ask(name, args):
    global _asks
    _asks += 1
    _say({"kind": "ask", "ask": _asks, "name": name, "args": args})
    answer = json.loads(_from_host.readline())
    if answer["kind"] == "answer":
        return answer["value"]
    raise Fault(answer["code"], answer["message"], answer["ask"])


class Response:
    def __init__(self, told):
        self.status = told["status"]
        self.headers = told["headers"]
        self.ok = 200 <= self.status < 300
        self._text = told["text"]
        self._base64 = told["base64"]

    def base64(self):
        return self._base64

    def text(self):
        if self._text is None:
            raise TypeError("The body is no text; base64() has it.")
        return self._text

    def json(self):
        return json.loads(self.text())


class _Storage:
    def get(self, key):
        return _ask("storage.get", {"key": key})

    def set(self, key, value):
        _ask("storage.set", {"key": key, "value": value})


class _Model:
    def complete(self, prompt):
        return _ask("model.complete", {"prompt": prompt})


class Host:
    storage = _Storage()
    model = _Model()

    def fetch(self, url, **options):
        return Response(_ask("fetch", {"url": str(url), **options}))

    def sql(self, url, text, **options):
        return _ask("sql", {"url": url, "text": text, **options})

    def mail(self, **message):
        return _ask("mail", message)

    def log(self, *words):
        _say({"kind": "ask", "ask": 0, "name": "log", "args": {"line": " ".join(map(str, words))}})


class _Printed:
    """What it prints is no message."""

    def write(self, text):
        if text.strip():
            host.log(text.rstrip("\n"))
        return len(text)

    def flush(self):
        pass


host = Host()
sys.stdout = _Printed()
_skill = None


def _load(entry):
    sys.path.insert(0, os.path.dirname(entry))
    spec = importlib.util.spec_from_file_location("skill", entry)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _perform(operation, data, settings):
    global _skill
    try:
        _skill = _skill or _load(sys.argv[1])
        run = getattr(_skill, operation, None)
        if not callable(run):
            raise TypeError(f"The skill has no function {operation}.")
        host.settings = dict(settings)
        value = run(data, host)
        if inspect.isawaitable(value):
            value = asyncio.run(value)
        _say({"kind": "done", "value": value})
    except Exception as error:
        message = f"{type(error).__name__}: {error}"[:500]
        _say({"kind": "failed", "message": message, "ask": getattr(error, "ask", None)})


_say({"kind": "ready"})
for _line in _from_host:
    _message = json.loads(_line)
    _perform(_message["operation"], _message["input"], _message.get("settings", {}))
