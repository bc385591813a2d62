"""Posts a file of float32 values with requests, as README says: post.py URL FILE ANSWER (hexadecimal)."""

import sys

import numpy as np
import requests

url, path, expected = sys.argv[1:]
array = np.fromfile(path, np.float32)


def check(name, response):
    response.raise_for_status()
    if response.content.hex() != expected:
        sys.exit(f"{name}: {response.content.hex()}, expected {expected}")
    print(f"   {name}: {response.content.hex()}")


check("array.tobytes()", requests.post(url, data=array.tobytes()))
with requests.Session() as session:
    check("a session", session.post(url, data=array.tobytes()))
    check("kept", session.post(url, data=memoryview(array).cast("B")))
    check("a file", session.post(url, data=open(path, "rb")))
    body = array.tobytes()
    pieces = (body[start : start + 100_000] for start in range(0, len(body), 100_000))
    check("a generator, chunked", session.post(url, data=pieces))
    answer = session.post(url, data=body, headers={"Accept": "application/json"}).json()
    if np.float32(answer["value"]).tobytes().hex() != expected:
        sys.exit(f"JSON: {answer}, expected {expected}")
    print(f"   JSON: {answer}")
