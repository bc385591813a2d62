"""The Flask app on gevent's own pywsgi. One process for each core, on one listening socket, as its users fork it."""

from gevent import monkey

monkey.patch_all()

import argparse
import os
import signal
import socket

import gevent
from flask_app import app
from gevent.pywsgi import WSGIServer

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--workers", type=int, default=1)
arguments = parser.parse_args()

server = WSGIServer(("127.0.0.1", arguments.port), app, backlog=1024, log=None)
server.init_socket()
# pywsgi writes an answer's head and body apart: with Nagle's algorithm the second waits for the client's late ACK.
# Accepted sockets inherit it.
server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
workers = []
for _ in range(arguments.workers - 1):
    worker = gevent.os.fork()
    if worker == 0:
        workers = []
        break
    workers.append(worker)


def stop():
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    server.stop(timeout=1)


gevent.signal_handler(signal.SIGTERM, stop)
server.serve_forever()
for worker in workers:
    gevent.os.waitpid(worker, 0)
