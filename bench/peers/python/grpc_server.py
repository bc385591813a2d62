"""The routes as methods of a gRPC service, from bytes to bytes: no protobuf, which would copy a body once more.

One asyncio server in each process; several processes listen at one port, as gRPC's multiprocessing example has it.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import signal

import grpc
import httpx
import numpy as np
import tagger

SLOW = f"http://127.0.0.1:{os.environ['SLOW_PORT']}/slow"
OPTIONS = [
    ("grpc.max_receive_message_length", 1 << 30),
    ("grpc.max_send_message_length", 1 << 30),
    ("grpc.so_reuseport", 1),
]


class Peer:
    def __init__(self, client):
        self.client = client

    async def Hello(self, request, context):
        return b"hello\n"

    async def Wait(self, request, context):
        await asyncio.sleep(1)
        return b"waited\n"

    async def WaitCpu(self, request, context):
        await asyncio.sleep(0.1)
        return tagger.tag_json(tagger.PARAGRAPH)

    async def Fanout(self, request, context):
        answers = await asyncio.gather(*(self.client.get(SLOW) for _ in range(10)))
        return b"%d\n" % [answer.text for answer in answers].count("slow\n")

    async def Cpu(self, request, context):
        return tagger.tag_json(json.loads(request)["text"])

    async def Predict(self, request, context):
        values = np.frombuffer(request, dtype="<f4")
        rows = values.reshape(-1, 2500) if len(values) % 2500 == 0 else values.reshape(1, -1)
        return rows.mean(axis=1).std(axis=0).tobytes()


METHODS = [Peer.Hello, Peer.Wait, Peer.WaitCpu, Peer.Fanout, Peer.Cpu, Peer.Predict]


async def serve(port):
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:
        peer = Peer(client)
        handlers = {
            method.__name__: grpc.unary_unary_rpc_method_handler(getattr(peer, method.__name__))
            for method in METHODS
        }
        server = grpc.aio.server(options=OPTIONS)
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("Peer", handlers)])
        server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, lambda: asyncio.ensure_future(server.stop(grace=0.5))
        )
        await server.wait_for_termination()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.workers == 1:
        asyncio.run(serve(arguments.port))
        return
    workers = [
        multiprocessing.Process(target=lambda: asyncio.run(serve(arguments.port))) for _ in range(arguments.workers)
    ]
    for worker in workers:
        worker.start()
    signal.signal(signal.SIGTERM, lambda *_: [worker.terminate() for worker in workers])
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
