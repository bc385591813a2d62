internal import LoadGenerator

/// The peers as `bench/peers` declares them, installed or not.
struct PeerCatalogue {
    let peers: [Server]
    private let folder: String

    /// Reads what `list` prints.
    init(folder: String) throws {
        self.folder = folder
        peers = try Self.lines(of: folder + "/list", []).map(Self.peer)
    }

    /// A line for each peer, its fields apart by tabs: name, kind, family, version, routes with commas, note.
    static func peer(_ line: String) throws -> Server {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 5, let kind = Server.Kind(rawValue: fields[1]) else {
            throw CompareError(
                "'\(line)' is no peer: name, kind, family, version, routes, note, with tabs between")
        }
        let routes = fields[4].split(separator: ",").map(String.init)
        if let unknown = routes.first(where: { Route(rawValue: $0) == nil }) {
            throw CompareError("\(fields[0]) has a route that nobody knows: \(unknown)")
        }
        return Server(
            name: fields[0], kind: kind, family: fields[2], version: fields[3], routes: Set(routes),
            note: fields.count > 5 ? fields[5] : "")
    }

    /// The names of the peers that are set up: what `setup --installed` prints.
    func installed() throws -> Set<String> {
        Set(try Self.lines(of: folder + "/setup", ["--installed"]))
    }

    private static func lines(of executable: String, _ arguments: [String]) throws -> [String] {
        let child = try ChildProcess(executable: executable, arguments: arguments)
        var lines: [String] = []
        while let line = child.line(within: .seconds(60)) { lines.append(line) }
        guard child.wait(within: .seconds(5)) == 0 else {
            throw CompareError("\(executable) failed: \(child.errors.split(separator: "\n").last ?? "")")
        }
        return lines
    }
}
