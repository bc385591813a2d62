"""The routes in FastAPI, for every ASGI server."""

import asyncio
import os
import time
from contextlib import asynccontextmanager

import httpx
import numpy as np
import tagger
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

SLOW = f"http://127.0.0.1:{os.environ['SLOW_PORT']}/slow"


@asynccontextmanager
async def lifespan(app):
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


class Text(BaseModel):
    text: str


def tagged(text):
    return Response(tagger.tag_json(text), media_type="application/json")


@app.get("/hello")
async def hello():
    return PlainTextResponse("hello\n")


@app.get("/wait")
async def wait():
    await asyncio.sleep(1)
    return PlainTextResponse("waited\n")


# A def without async runs on the pool of threads.
@app.get("/wait-blocking")
def wait_blocking():
    time.sleep(1)
    return PlainTextResponse("waited\n")


@app.get("/wait-cpu")
async def wait_cpu():
    await asyncio.sleep(0.1)
    return tagged(tagger.PARAGRAPH)


@app.get("/fanout")
async def fanout(request: Request):
    client = request.app.state.client
    answers = await asyncio.gather(*(client.get(SLOW) for _ in range(10)))
    return PlainTextResponse("%d\n" % [answer.text for answer in answers].count("slow\n"))


@app.api_route("/cpu", methods=["GET", "POST"])
def cpu(body: Text):
    return tagged(body.text)


@app.post("/predict")
async def predict(request: Request):
    values = np.frombuffer(await request.body(), dtype="<f4")
    rows = values.reshape(-1, 2500) if len(values) % 2500 == 0 else values.reshape(1, -1)
    return Response(rows.mean(axis=1).std(axis=0).tobytes(), media_type="application/octet-stream")
