package import Uring

/// A client that follows a script, and what has become of it.
package final class SimulatedClient {
    /// In order of connecting, from 0.
    package let number: Int
    /// How long a byte, or a FIN, is on its way.
    package let latency: Duration
    /// Bytes that may be on their way to it or wait to be read by it.
    package var window = 64 * 1024
    /// Where it runs, and Linux takes in what it sends.
    package var cpu = 0
    /// Bytes that its messages promise and that it will never send: a `Content-Length` it does not keep.
    /// Tells the check of the low-water mark that the server may rightly wait for them.
    package var bytesWithheld = 0

    /// Everything received so far.
    package internal(set) var received: [UInt8] = []
    /// What ``ClientStep/awaitMessage(isInterim:parse:)`` has found, in order.
    package internal(set) var messages: [[UInt8]] = []
    /// The server's FIN has been read.
    package internal(set) var sawEnd = false
    /// The server reset the connection, or nobody listened.
    package internal(set) var wasReset = false
    /// Nobody listened: it never was connected.
    package internal(set) var wasRefused = false
    /// A fault broke the connection: no answer is owed.
    package internal(set) var wasBroken = false
    /// Every step was done. False for one that was broken, or waited for what the server did not say.
    package internal(set) var didEverything = false
    /// Nothing more will come from it.
    package internal(set) var isFinished = false
    /// When it finished.
    package internal(set) var finishTime: MonotonicInstant?

    let script: [ClientStep]
    var position = 0
    var stepIsBegun = false
    /// How far a step that sends pieces has come.
    var offset = 0
    var resumesAt = MonotonicInstant(nanoseconds: 0)
    var pace = ReadingPace.free
    /// Received bytes that are in ``messages``.
    var takenCount = 0

    // MARK: Its end of the connection

    var socket: SimulatedSocket?
    /// Written and held back by the server's window.
    var outbound = ByteQueue()
    var writtenCount = 0
    var hasSentEnd = false
    var isClosed = false
    /// What it sends arrives in order.
    var lastArrival: UInt64 = 0
    var readIsScheduled = false

    init(number: Int, latency: Duration, script: [ClientStep]) {
        self.number = number
        self.latency = latency
        self.script = script
    }

    /// Where it stands, for messages.
    package var whereabouts: String {
        "at step \(position) of \(script.count), \(received.count) bytes received, "
            + "\(writtenCount - outbound.count) of \(writtenCount) sent"
            + (sawEnd ? ", saw the end" : "") + (wasReset ? ", was reset" : "")
            + (wasBroken ? ", was broken" : "")
    }

    func write(_ bytes: some Collection<UInt8>) {
        outbound.append(bytes)
        writtenCount += bytes.count
    }

    /// How many bytes will come without the server saying more, beyond the first `consumed`; nil when an
    /// end will come, which wakes a receive whatever its mark is.
    func bytesToCome(after consumed: Int) -> Int? {
        if wasBroken || hasSentEnd || isFinished { return nil }
        var total = writtenCount + bytesWithheld
        for index in position..<script.count {
            let isBegun = index == position && stepIsBegun
            switch script[index] {
            case .send(let bytes): total += isBegun ? 0 : bytes.count
            case .sendPieces(let bytes, _, _): total += bytes.count - (isBegun ? offset : 0)
            case .awaitMessage(isInterim: false, _), .awaitEnd: return total - consumed
            case .halfClose, .reset, .close: return nil
            case .pause, .read, .perform, .awaitMessage: break
            }
        }
        return nil
    }
}
