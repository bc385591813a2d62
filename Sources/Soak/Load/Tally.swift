internal import Synchronization

/// What became of the clients of one kind.
struct Tally: Equatable, Sendable {
    /// Turns that went as they must.
    var good = 0
    var wrongAnswers = 0
    var unexpectedEnds = 0
    /// The first of what went wrong, in words.
    var first: Mishap?

    var turns: Int { good + wrongAnswers + unexpectedEnds }

    mutating func count(_ mishap: Mishap?) {
        switch mishap {
        case nil: good += 1
        case .wrongAnswer: wrongAnswers += 1
        case .unexpectedEnd: unexpectedEnds += 1
        }
        first = first ?? mishap
    }
}

/// The tallies of all kinds, written by many threads.
final class Tallies: Sendable {
    private let byKind = Mutex<[ClientKind: Tally]>([:])

    func count(_ mishap: Mishap?, of kind: ClientKind) {
        byKind.withLock { $0[kind, default: Tally()].count(mishap) }
    }

    var all: [ClientKind: Tally] { byKind.withLock { $0 } }
}
