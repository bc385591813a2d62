// The routes on node:http; above one worker, node:cluster.
"use strict";

const cluster = require("node:cluster");
const http = require("node:http");
const { setTimeout: sleep } = require("node:timers/promises");
const { parseArgs } = require("node:util");
const { Worker } = require("node:worker_threads");
const { meanStd } = require("./predict.js");

const { values: options } = parseArgs({
  options: { port: { type: "string" }, workers: { type: "string", default: "1" } },
});
const slow = `http://127.0.0.1:${process.env.SLOW_PORT}/slow`;
const agent = new http.Agent({ keepAlive: true });

async function read(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

// A body whose length the client tells has its place from the start.
async function readBody(request) {
  const length = Number(request.headers["content-length"]);
  if (!(length >= 0 && length <= 2 ** 30)) return read(request);
  const body = Buffer.allocUnsafe(length);
  let filled = 0;
  for await (const piece of request) filled += piece.copy(body, filled);
  if (filled < length) throw new Error("the client is gone");
  return body;
}

function callSlow() {
  return new Promise((resolve) => {
    http
      .get(slow, { agent, timeout: 30_000 }, async (response) => resolve(String(await read(response)) === "slow\n"))
      .on("error", () => resolve(false));
  });
}

// What blocks has a thread of its own in each process, which takes one call after the other.
let blocker;
const blocked = [];

function blockForASecond() {
  blocker ??= new Worker(
    `const { parentPort } = require("node:worker_threads");
     parentPort.on("message", () => {
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
       parentPort.postMessage(null);
     });`,
    { eval: true },
  ).on("message", () => blocked.shift()());
  return new Promise((resolve) => {
    blocked.push(resolve);
    blocker.postMessage(null);
  });
}

const routes = {
  "GET /hello": () => "hello\n",
  "GET /wait": async () => {
    await sleep(1000);
    return "waited\n";
  },
  "GET /wait-blocking": async () => {
    await blockForASecond();
    return "waited\n";
  },
  "GET /fanout": async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, callSlow));
    return `${answers.filter(Boolean).length}\n`;
  },
  "POST /predict": async (request) => meanStd(await readBody(request)),
};

async function answer(request, response) {
  const route = routes[`${request.method} ${request.url}`];
  const body = route ? await route(request) : "there is no such route\n";
  const type = typeof body === "string" ? "text/plain" : "application/octet-stream";
  response.writeHead(route ? 200 : 404, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

const workers = Number(options.workers);
if (workers > 1 && cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork();
  // Without workers nothing is left to wait for, and this process ends too.
  process.on("SIGTERM", () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill();
  });
} else {
  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen({ port: Number(options.port), host: "127.0.0.1", backlog: 2048 });
}
