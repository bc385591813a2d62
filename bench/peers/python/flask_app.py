"""The routes in Flask, for every WSGI server; by itself it runs on Flask's development server."""

import argparse
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import requests
import tagger
from flask import Flask, Response, request

SLOW = f"http://127.0.0.1:{os.environ['SLOW_PORT']}/slow"

# No line for each request, as from the other servers.
for chatty in ("werkzeug", "waitress.queue"):
    logging.getLogger(chatty).setLevel(logging.ERROR)

app = Flask(__name__)


def text(body):
    return Response(body, mimetype="text/plain")


@app.get("/hello")
def hello():
    return text("hello\n")


# WSGI has one way to wait. Under gevent, whose servers patch it, it holds no thread.
@app.get("/wait")
@app.get("/wait-blocking")
def wait():
    time.sleep(1)
    return text("waited\n")


@app.get("/wait-cpu")
def wait_cpu():
    time.sleep(0.1)
    return Response(tagger.tag_json(tagger.PARAGRAPH), mimetype="application/json")


@app.get("/fanout")
def fanout():
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: requests.get(SLOW, timeout=30).text, range(10)))
    return text("%d\n" % answers.count("slow\n"))


@app.route("/cpu", methods=["GET", "POST"])
def cpu():
    return Response(tagger.tag_json(request.get_json(force=True)["text"]), mimetype="application/json")


@app.post("/predict")
def predict():
    values = np.frombuffer(request.get_data(), dtype="<f4")
    rows = values.reshape(-1, 2500) if len(values) % 2500 == 0 else values.reshape(1, -1)
    return Response(rows.mean(axis=1).std(axis=0).tobytes(), mimetype="application/octet-stream")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    app.run("127.0.0.1", parser.parse_args().port, threaded=True)
