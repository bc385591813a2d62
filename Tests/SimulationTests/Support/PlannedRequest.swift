import Reduction
import SimulatedRing

/// A request as bytes, and what a healthy server answers to it.
struct PlannedRequest {
    var head: [UInt8]
    var body: [UInt8] = []
    var status = 200
    /// The content of the answer; nil where it says something that a test does not care for.
    var answer: [UInt8]?
    var expectsContinue = false
    /// The length of its content, where a probe or a handler of the tests sees it.
    var observedLength: Int?

    var bytes: [UInt8] { head + body }

    /// A request without a body.
    static func get(
        _ path: String, method: String = "GET", fields: String = "", status: Int = 200, answer: String? = nil
    ) -> PlannedRequest {
        PlannedRequest(
            head: Array("\(method) \(path) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n".utf8), status: status,
            answer: answer.map { Array($0.utf8) })
    }

    enum Framing {
        case length
        /// Chunks of these sizes, again and again.
        case chunked([Int])
    }

    /// A request with a body.
    static func post(
        _ target: String, _ content: [UInt8], framing: Framing = .length, fields: String = "",
        status: Int = 200,
        answer: [UInt8]? = nil, expectsContinue: Bool = false
    ) -> PlannedRequest {
        var head = "POST \(target) HTTP/1.1\r\nHost: test\r\n\(fields)"
        if expectsContinue { head += "Expect: 100-continue\r\n" }
        var body = content
        switch framing {
        case .length: head += "Content-Length: \(content.count)\r\n"
        case .chunked(let sizes):
            head += "Transfer-Encoding: chunked\r\n"
            body = chunked(content, sizes)
        }
        return PlannedRequest(
            head: Array((head + "\r\n").utf8), body: body, status: status, answer: answer,
            expectsContinue: expectsContinue)
    }

    static func chunked(_ content: [UInt8], _ sizes: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = 0
        var turn = 0
        while offset < content.count {
            let size = min(max(1, sizes[turn % sizes.count]), content.count - offset)
            turn += 1
            bytes += Array("\(String(size, radix: 16))\r\n".utf8)
            bytes += content[offset..<offset + size]
            bytes += [13, 10]
            offset += size
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    /// A reduction and its exact answer.
    static func reduction(
        _ route: String = "/predict", _ kernel: KernelName, rows: Int, columns: Int,
        framing: Framing = .length,
        expectsContinue: Bool = false, from generator: inout SeededGenerator
    ) -> PlannedRequest {
        let values = floats(rows * columns, from: &generator)
        let content = bytes(of: values)
        let result = kernel.answer(values, columns: columns, bytes: content)
        var request = post(
            "\(route)?columns=\(columns)&kernel=\(kernel.rawValue)", content, framing: framing,
            answer: bytes(of: [result]), expectsContinue: expectsContinue)
        if kernel == .probe { request.observedLength = content.count }
        return request
    }

    /// Ordinary values, now and then an odd one.
    static func floats(_ count: Int, from generator: inout SeededGenerator) -> [Float] {
        (0..<count).map { _ in
            let bits = generator.next()
            if bits & 0xFFF == 0 { return [.nan, .infinity, -0.0, .leastNonzeroMagnitude][Int(bits >> 62)] }
            return Float(Int32(truncatingIfNeeded: bits >> 16)) * 0x1p-16
        }
    }

    static func bytes(of values: [Float]) -> [UInt8] {
        unsafe values.withUnsafeBytes { unsafe Array($0) }
    }
}

/// The kernels by name, with their plain twins.
enum KernelName: String, CaseIterable {
    case rowMeanStd = "row-mean-std"
    case sum, mean, minimum, maximum, probe

    func answer(_ values: [Float], columns: Int, bytes: [UInt8]) -> Float {
        switch self {
        case .rowMeanStd: ScalarTwin.rowMeanStd(values.span, columns: columns)
        case .sum: ScalarTwin.sum(values.span)
        case .mean: ScalarTwin.mean(values.span)
        case .minimum: ScalarTwin.minimum(values.span)
        case .maximum: ScalarTwin.maximum(values.span)
        case .probe: Probe.answer(to: bytes)
        }
    }
}
