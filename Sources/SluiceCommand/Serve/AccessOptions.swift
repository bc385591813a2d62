internal import ArgumentParser
internal import Logging
internal import Sluice

/// Who is served.
struct AccessOptions: ParsableArguments {
    @Option(
        help: """
            Serve only who shows the token in this file (Authorization: Bearer …); /health and /ready stay open. \
            Read again on SIGHUP.
            """,
        completion: .file())
    var tokenFile: String?

    @Option(
        help:
            "Serve pages of this origin, as https://example.com; may be repeated. Other pages get 403. No CORS fields are sent: those are a proxy's to add."
    )
    var allowOrigin: [String] = []

    func validate() throws {
        for origin in allowOrigin where !Self.isOrigin(origin) {
            throw ValidationError(
                """
                --allow-origin \(origin): an origin is a scheme, a host and perhaps a port, in small letters \
                and without a path, as https://example.com; browsers leave out :80 of http and :443 of https
                """)
        }
    }

    /// As browsers write it: one that is written otherwise would never be equal to theirs. `null` is what a page
    /// says that could be anyone's.
    private static func isOrigin(_ text: String) -> Bool {
        let form = /([a-z][a-z0-9+.\-]*):\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9.\-_]+)(?::([1-9][0-9]*))?/
        guard let (_, scheme, port) = try? form.wholeMatch(in: text)?.output else { return false }
        guard let port else { return true }
        return UInt16(port) != nil && !(scheme == "http" && port == "80")
            && !(scheme == "https" && port == "443")
    }

    /// The token to ask for; nil: everyone is served.
    /// - Throws: the exit code, after what is wrong has been said.
    func token() throws -> BearerToken? {
        guard let tokenFile else { return nil }
        do {
            return try BearerToken(contentsOf: tokenFile)
        } catch {
            StandardError.write("sluice: --token-file \(tokenFile): \(error)\n")
            throw ExitCode.failure
        }
    }

    /// What SIGHUP asks for. A file that holds no token now leaves the one that was read before: the operator is
    /// in the middle of something, and neither to open the server nor to close it is what they meant.
    func renewToken(of server: Server, _ logger: Logger) {
        guard let tokenFile else {
            return note(logger, .notice, "SIGHUP: without --token-file there is nothing to read again", [:])
        }
        do {
            server.renew(try BearerToken(contentsOf: tokenFile))
            note(logger, .notice, "the token was read again", ["file": "\(tokenFile)"])
        } catch {
            note(
                logger, .error, "the token was not read again; the old one stays",
                ["file": "\(tokenFile)", "error": "\(error)"])
        }
    }

    /// The thread that takes the signals waits for nobody who reads the log.
    private func note(
        _ logger: Logger, _ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata
    ) {
        if StandardError.takesALine { logger.log(level: level, message, metadata: metadata) }
    }
}
