// How fast the kernels reduce, in GB/s of body, beside a plain sum and memcpy of the same windows.
//
//     swift run -c release KernelBench            # all; about half a minute
//     swift run -c release KernelBench 2500       # what has 2500 in its name
//     swift run -c release KernelBench --smoke    # one short round: does it still run?
//
// L2: 512 KiB read over and over, which any level-2 cache of today holds: half of the server's hot window, and written by no one.
// 30 MB and 256 MB: windows of 1 MiB one after another through that much memory.

import Reduction

let smoke = CommandLine.arguments.contains("--smoke")
let rounds = smoke ? 1 : 7
let enough = smoke ? 1 : 240_000_000

var subjects = [Subject.copy(), .plainSum(), .scalarTwin()]
for path in VectorPath.supported {
    for columns in [1, 2, 7, 8, 15, 100, 128, 129, 1000, 2500, 100_003] {
        subjects.append(
            .kernel(
                RowMeanStd(columns: columns, path: path), "row-mean-std \(columns)", path: path,
                columns: columns))
    }
    for phase in [4, 1] {
        subjects.append(
            .kernel(
                RowMeanStd(columns: 2500, path: path), "row-mean-std 2500, \(phase) off", path: path,
                columns: 2500, phase: phase))
    }
    subjects.append(.kernel(Sum(path: path), "sum", path: path))
    subjects.append(.kernel(Mean(path: path), "mean", path: path))
    subjects.append(.kernel(Minimum(path: path), "minimum", path: path))
    subjects.append(.kernel(Maximum(path: path), "maximum", path: path))
}

if let part = CommandLine.arguments.dropFirst().first(where: { !$0.hasPrefix("-") }) {
    subjects.removeAll { !$0.name.contains(part) }
}

struct Place {
    let name: String
    let memory: Memory
    let windowBytes: Int
    let total: Int
}

let kibi = 1024
var places = [
    Place(name: "L2", memory: Memory(byteCount: 512 * kibi + 64), windowBytes: 512 * kibi, total: 30_000_000)
]
if !smoke {
    for (name, size) in [("30 MB", 30_000_000), ("256 MB", 256_000_000)] {
        places.append(
            Place(name: name, memory: Memory(byteCount: size + 64), windowBytes: kibi * kibi, total: size))
    }
}

var table = subjects.map { _ in places.map { _ in Measurement() } }
var results: UInt32 = 0
// Rounds outside, so that a slow moment of the machine is shared by all.
for round in 0...rounds {
    for (row, subject) in subjects.enumerated() {
        for (column, place) in places.enumerated() {
            // The first round touches memory and is not counted.
            let total = 4 * subject.unit * max(1, place.total / 4 / subject.unit)
            if round == 0 {
                results ^= subject.pass(place.memory, place.windowBytes, total, subject.phase)
                continue
            }
            table[row][column].round(byteCount: total, enough: enough) {
                results ^= subject.pass(place.memory, place.windowBytes, total, subject.phase)
            }
        }
    }
}

print("GB/s of body, median of \(rounds) rounds ± half their spread; selected path: \(VectorPath.selected)")
let heads = places.map { padded($0.name, width: 14, right: true) }.joined()
print(padded("kernel", width: 26) + padded("path", width: 10) + heads)
for (subject, measurements) in zip(subjects, table) {
    let cells = measurements.map { padded($0.summary, width: 14, right: true) }.joined()
    print(padded(subject.name, width: 26) + padded(subject.path, width: 10) + cells)
}
print("results \(String(results, radix: 16))")
