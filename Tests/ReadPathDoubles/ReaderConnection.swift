internal import Glibc
internal import HTTP1
internal import Reduction

/// Serves one connection, with a thread of its own, until the client closes it.
@safe
final class ReaderConnection<Kernel: ReductionKernel> {
    private let socket: Int32
    private let fault: Fault
    private let ring: ReaderRing
    private let makeKernel: (_ columns: Int) -> Kernel
    private let head = ReaderMemory(byteCount: 16 << 10)
    private let window: ReaderMemory
    private let scratch = ReaderMemory(byteCount: 1 << 20)
    private let copy: ReaderMemory
    private var parser = RequestHeadParser()
    private var lowWaterMark = 1
    /// Kept until the next request, or the optimiser would see that nobody needs it.
    private var allocated: UnsafeMutableRawPointer?
    private var kernel: Kernel

    /// Prepared, so that no answer is written anew: its last 4 bytes are the result's.
    private let answer: ReaderMemory
    private static var answerHead: StaticString {
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n"
    }

    init(socket: Int32, fault: Fault, makeKernel: @escaping (_ columns: Int) -> Kernel) {
        self.socket = socket
        self.fault = fault
        self.makeKernel = makeKernel
        kernel = makeKernel(1)
        ring = ReaderRing(socket: socket)
        window = ReaderMemory(byteCount: fault.windowBytes)
        copy = ReaderMemory(byteCount: fault.copies ? 64 << 20 : 0)
        let text = Self.answerHead
        answer = ReaderMemory(byteCount: text.utf8CodeUnitCount + 4)
        unsafe answer.bytes.copyMemory(
            from: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    deinit {
        unsafe free(allocated)
        close(socket)
    }

    /// - Returns: false when there is no further request.
    func serveRequest() -> Bool {
        guard let received = receiveHead(), case .length(let length) = parser.head.framing else {
            return false
        }
        let bytes = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(head.bytes))
        let columns =
            if case .value(let range) = QueryParameter.find("columns", in: parser.head.query(in: bytes)) {
                parseDecimal(parser.head.query(in: bytes).extracting(range)) ?? 1
            } else { 1 }
        kernel = makeKernel(columns)
        unsafe kernel.begin(count: length / 4, scratch: scratch.bytes)
        let rest = parser.head.byteCount..<received
        kernel.consume(bytes.extracting(rest))
        guard receiveBody(length - rest.count) else { return false }
        let bits = kernel.finish().bitPattern.littleEndian
        let count = unsafe answer.bytes.count
        unsafe answer.bytes.storeBytes(of: bits, toByteOffset: count - 4, as: UInt32.self)
        return unsafe ring.send(UnsafeRawBufferPointer(answer.bytes)) == count
    }

    private func receiveHead() -> Int? {
        setLowWaterMark(1)
        parser.reset()
        var received = 0
        while true {
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: head.bytes[received...])
            let count = unsafe ring.receive(into: room)
            guard count > 0 else { return nil }
            received += count
            let bytes = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(head.bytes[..<received].rebased))
            switch parser.parse(bytes) {
            case .needsMore: continue
            case .complete: return received
            case .refused: return nil
            }
        }
    }

    private func receiveBody(_ length: Int) -> Bool {
        switch fault {
        case .allocation:
            unsafe free(allocated)
            unsafe allocated = malloc(4096)
            return unsafe receivePieces(length, into: window.bytes)
        case .freshMemory:
            let fresh = ReaderMemory(byteCount: max(length, 4096), touched: false)
            var received = 0
            while received < length {
                let room = min(length - received, unsafe window.bytes.count)
                setLowWaterMark(room)
                let place = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: fresh.bytes[received..<(received + room)])
                let count = unsafe ring.receive(into: place)
                guard count > 0 else { return false }
                unsafe kernel.consume(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(place[..<count].rebased)))
                received += count
            }
            return true
        default: return unsafe receivePieces(length, into: window.bytes)
        }
    }

    private func receivePieces(_ length: Int, into window: UnsafeMutableRawBufferPointer) -> Bool {
        var left = length
        while left > 0 {
            let room = min(left, window.count)
            // With MSG_WAITALL as a plain server would: it leaves the waiting to Linux.
            if fault != .waitAll { setLowWaterMark(room) }
            let flags = fault == .waitAll ? Int32(MSG_WAITALL) : 0
            let count = unsafe ring.receive(
                into: UnsafeMutableRawBufferPointer(rebasing: window[..<room]), flags: flags)
            guard count > 0 else { return false }
            let piece = unsafe UnsafeRawBufferPointer(rebasing: window[..<count])
            unsafe kernel.consume(RawSpan(_unsafeBytes: copied(piece, at: length - left)))
            left -= count
        }
        return true
    }

    /// The piece itself, or the copy that the fault makes of it.
    private func copied(_ piece: UnsafeRawBufferPointer, at offset: Int) -> UnsafeRawBufferPointer {
        guard fault.copies else { return unsafe piece }
        let place = unsafe UnsafeMutableRawBufferPointer(
            rebasing: copy.bytes[offset..<(offset + piece.count)])
        if fault == .wholeCopy {
            unsafe memcpy(place.baseAddress!, piece.baseAddress!, piece.count)
        } else {
            unsafe copyElements(piece, to: place)
        }
        return UnsafeRawBufferPointer(place)
    }

    private func setLowWaterMark(_ mark: Int) {
        guard fault != .smallPieces, mark != lowWaterMark else { return }
        lowWaterMark = mark
        var value = Int32(clamping: mark)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// `a[i] = b[i]`. Not inlined: where the compiler knows that the two do not overlap it makes a `memcpy` of it.
@inline(never)
private func copyElements(_ from: UnsafeRawBufferPointer, to: UnsafeMutableRawBufferPointer) {
    let source = unsafe from.assumingMemoryBound(to: UInt8.self)
    let target = unsafe to.assumingMemoryBound(to: UInt8.self)
    for index in 0..<source.count { unsafe target[index] = source[index] }
}

extension Slice where Base == UnsafeMutableRawBufferPointer {
    fileprivate var rebased: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: self))
    }
}
