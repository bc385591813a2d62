"""Drives calls of one method of grpc_server.py, so many at once, checks each answer, and prints what it measured as JSON.

    grpc_client.py --port PORT --method Hello --concurrency 500 --requests 5000
    grpc_client.py --port PORT --method Predict --bytes 30000000 --concurrency 1 --seconds 10
"""

import argparse
import asyncio
import json
import struct
import sys
import time

import grpc
import numpy as np
import tagger

OPTIONS = [
    ("grpc.max_receive_message_length", 1 << 30),
    ("grpc.max_send_message_length", 1 << 30),
    # Each channel has a connection of its own.
    ("grpc.use_local_subchannel_pool", 1),
]


def payload_and_check(method, size):
    """What is sent, and what says whether an answer is right."""
    if method == "Predict":
        values = np.random.default_rng(1).random(size // 4, dtype=np.float32)
        rows = values.reshape(-1, 2500) if len(values) % 2500 == 0 else values.reshape(1, -1)
        right = float(rows.astype(np.float64).mean(axis=1).std(axis=0))
        return values.tobytes(), lambda answer: abs(struct.unpack("<f", answer)[0] - right) <= 1e-4 * right
    tagged = tagger.tag_json(tagger.PARAGRAPH)
    right = {"Hello": b"hello\n", "Wait": b"waited\n", "Fanout": b"10\n", "Cpu": tagged, "WaitCpu": tagged}[method]
    payload = json.dumps({"text": tagger.PARAGRAPH}).encode() if method == "Cpu" else b""
    return payload, lambda answer: answer == right


def percentile(sorted_values, share):
    """The nearest rank; nothing where nothing succeeded."""
    return sorted_values[max(0, -(-len(sorted_values) * share // 100) - 1)] if sorted_values else None


async def drive(arguments):
    payload, is_right = payload_and_check(arguments.method, arguments.bytes)
    channels = [
        grpc.aio.insecure_channel(f"127.0.0.1:{arguments.port}", options=[*OPTIONS, ("peer.channel", number)])
        for number in range(min(arguments.concurrency, arguments.channels))
    ]
    await asyncio.wait_for(asyncio.gather(*(channel.channel_ready() for channel in channels)), 10)
    latencies = []
    failures = 0
    left = arguments.requests
    began = time.perf_counter()
    ends = began + arguments.seconds

    async def caller(channel):
        nonlocal failures, left
        call = channel.unary_unary(f"/Peer/{arguments.method}")
        while left > 0 and time.perf_counter() < ends:
            left -= 1
            called = time.perf_counter()
            try:
                right = is_right(await call(payload, timeout=min(60, max(0.1, ends - called))))
            except grpc.aio.AioRpcError as error:
                # Given up because the time is over: neither answered nor failed.
                if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED and time.perf_counter() >= ends:
                    return
                print(error.details(), file=sys.stderr)
                right = False
            if right:
                latencies.append((time.perf_counter() - called) * 1000)
            else:
                failures += 1

    await asyncio.gather(*(caller(channels[number % len(channels)]) for number in range(arguments.concurrency)))
    seconds = time.perf_counter() - began
    latencies.sort()
    await asyncio.gather(*(channel.close() for channel in channels))
    return {
        "requests": len(latencies) + failures,
        "failures": failures,
        "seconds": round(seconds, 6),
        "latencies_ms": {f"p{share}": percentile(latencies, share) for share in (50, 99)},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--method", required=True, choices=["Hello", "Wait", "WaitCpu", "Fanout", "Cpu", "Predict"])
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--channels", type=int, default=8, help="connections, at most")
    parser.add_argument("--bytes", type=int, default=4, help="the size of Predict's body")
    parser.add_argument("--requests", type=int, default=sys.maxsize)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    arguments = parser.parse_args()
    if arguments.requests == sys.maxsize and arguments.seconds == float("inf"):
        parser.error("how many --requests, or --seconds?")
    print(json.dumps(asyncio.run(drive(arguments))))


if __name__ == "__main__":
    main()
