internal import LoadGenerator

/// Where a running server is asked: `http://HOST:PORT[/PATH][?QUERY]`.
struct ServerURL: Equatable {
    let host: String
    let port: UInt16
    /// Path and query, `/predict` when the URL has none.
    let path: String

    init?(_ text: String) {
        let scheme = "http://"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, !parts[0].isEmpty,
            let port = parts.count == 2 ? UInt16(parts[1]) : 80, port > 0,
            target.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "#") })
        else { return nil }
        host = String(parts[0])
        self.port = port
        switch target.first {
        case nil: path = "/predict"
        case "?": path = "/predict" + target
        default: path = target == "/" ? "/predict" : String(target)
        }
    }

    /// The request target with the number of columns, unless the URL tells it.
    func target(columns: Int) -> String {
        guard let question = path.firstIndex(of: "?") else { return path + "?columns=\(columns)" }
        return path[question...].contains("columns=") ? path : path + "&columns=\(columns)"
    }
}
