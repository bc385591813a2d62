internal import LoadGenerator

/// What must not happen to a client.
enum Mishap: Error, Equatable {
    /// An answer with another status or value than the right one.
    case wrongAnswer(String)
    /// The connection came to another end than it should have, or to none in time.
    case unexpectedEnd(String)

    var text: String {
        switch self {
        case .wrongAnswer(let text), .unexpectedEnd(let text): text
        }
    }

    /// - Parameter what: what the client was doing.
    init(_ error: any Error, while what: String) {
        switch error {
        case let mishap as Mishap: self = mishap
        case let failure as LoadFailure: self = .unexpectedEnd("\(what): \(failure.text)")
        default: self = .unexpectedEnd("\(what): \(error)")
        }
    }
}

extension RawConnection {
    /// Takes an answer that must have this status.
    @discardableResult
    func answer(_ status: Int, to what: @autoclosure () -> String) throws -> Answer {
        let answer = try answer()
        guard answer.status == status else {
            let said = String(decoding: answer.body.prefix(120), as: UTF8.self).debugDescription
            throw Mishap.wrongAnswer("\(what()): status \(answer.status) instead of \(status), \(said)")
        }
        return answer
    }

    /// Takes an answer that must be 200 with these bytes.
    ///
    /// - Returns: whether the connection may be used again.
    @discardableResult
    func answer(_ value: [UInt8], to what: @autoclosure () -> String) throws -> Bool {
        let answer = try answer(200, to: what())
        guard answer.body == value else {
            throw Mishap.wrongAnswer("\(what()): the value is \(answer.body) instead of \(value)")
        }
        return answer.keepsAlive
    }

    /// The server must end the connection, without a reset and without another word.
    func expectEnd(within time: Duration, of what: @autoclosure () -> String) throws {
        do {
            let rest = try rest(within: time)
            guard rest.isEmpty else {
                throw Mishap.wrongAnswer("\(what()): more came, \(rest.count) bytes")
            }
        } catch LoadFailure.timeout {
            throw Mishap.unexpectedEnd("\(what()): still open after \(time)")
        }
    }
}
