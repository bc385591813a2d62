"use strict";

const columns = 2500;

// The mean of each row of 2,500 float32, and the standard deviation of the means (Welford). A body that is no whole
// number of rows is one row.
function meanStd(body) {
  const values = floats(body);
  const row = values.length % columns === 0 ? columns : values.length;
  let rows = 0;
  let mean = 0;
  let squares = 0;
  for (let start = 0; start < values.length; start += row) {
    const total = sum(values, start, start + row);
    rows += 1;
    const delta = total / row - mean;
    mean += delta / rows;
    squares += delta * (total / row - mean);
  }
  const answer = Buffer.alloc(4);
  answer.writeFloatLE(Math.sqrt(squares / rows));
  return answer;
}

// In four sums that do not wait for one another.
function sum(values, start, end) {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    a += values[i];
    b += values[i + 1];
    c += values[i + 2];
    d += values[i + 3];
  }
  for (; i < end; i++) a += values[i];
  return a + b + c + d;
}

// A view of the bytes where they lie at a multiple of four, which a small Buffer of node's pool may not.
function floats(body) {
  const aligned = body.byteOffset % 4 === 0 ? body : new Uint8Array(body);
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / 4));
}

module.exports = { meanStd };
