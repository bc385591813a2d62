import ArgumentParser
import Testing

@testable import Compare

struct SelectionTests {
    @Test(arguments: [
        ([], true, true), (["go"], true, false), (["predict-*"], true, true), (["go/predict-*"], true, false),
        (["*/hello-*"], false, false), (["waitress", "predict-4B"], false, true),
    ])
    func choosesByServerWorkloadOrBoth(patterns: [String], go: Bool, waitress: Bool) {
        let selection = Selection(patterns: patterns)
        #expect(selection.contains(server: "go", workload: "predict-30MB") == go)
        let name = patterns.count == 2 ? "predict-4B" : "predict-30MB"
        #expect(selection.contains(server: "waitress", workload: name) == waitress)
    }

    private func settings(_ arguments: String...) throws -> CompareSettings {
        try CompareSettings(try CompareOptions.parse(arguments))
    }

    @Test func runsSluiceBesideWhateverIsChosen() throws {
        let settings = try settings("--only", "go/predict-*")
        let peers = try settings.chosen(from: Server.peers)
        #expect(peers.map(\.name) == ["go"])
        let cells = settings.cells(peers: peers)
        #expect(cells.map(\.workload.name) == ["predict-30MB", "predict-4B", "predict-256MB"])
        #expect(cells.allSatisfy { $0.servers.map(\.name) == ["sluice", "go"] })
    }

    @Test func runsItsOtherWayWhereThatIsChosen() throws {
        let settings = try settings("--only", "sluice-landed/predict-*")
        #expect(try settings.chosen(from: Server.peers) == [])
        let cells = settings.cells(peers: [])
        #expect(cells.map(\.workload.name) == ["predict-30MB", "predict-4B", "predict-256MB"])
        #expect(cells.allSatisfy { $0.servers == [.sluice, .landed] })
        let all = try self.settings().cells(peers: [])
        #expect(
            all.filter { $0.servers.contains(.landed) }.map(\.workload.route) == [
                .predict, .predict, .predict,
            ])
    }

    @Test func leavesOutTheRoutesThatAPeerHasNot() throws {
        let peer = try PeerCatalogue.peer("go\thttp\tgo\t1.24\thello,predict\tnet/http")
        let cells = try settings().cells(peers: [peer])
        #expect(Set(cells.filter { $0.servers.contains(peer) }.map(\.workload.route)) == [.hello, .predict])
        // Sluice is measured all the same.
        #expect(Set(cells.map(\.workload.route)) == Set(Route.allCases))
    }

    /// Its client keeps its connections, whatever it is asked.
    @Test func asksNothingOfGRPCThatItsClientCannotDo() throws {
        let peer = try PeerCatalogue.peer("grpc\tgrpc\tpython\t1.7\thello")
        let cells = try settings("--only", "grpc").cells(peers: [peer])
        #expect(cells.map(\.workload.name) == ["hello-500-kept", "hello-1000-kept"])
    }

    @Test func quickHasOnlyItsNamedPeers() throws {
        let peers = try settings("--quick").chosen(from: Server.peers + [.peer("unheard-of")])
        #expect(!peers.isEmpty)
        #expect(peers.allSatisfy { Server.quick.contains($0.name) })
    }

    @Test(arguments: [
        ["--quick", "--full"], ["--rounds", "0"], ["--threads", "0"], ["--cell-time", "1s"],
        ["--cell-time", "soon"],
    ])
    func refusesWhatMakesNoSense(arguments: [String]) {
        #expect(throws: (any Error).self) { try CompareSettings(try CompareOptions.parse(arguments)) }
    }

    /// Also beside one that somebody has: nothing that was asked for is left out without a word.
    @Test(arguments: [
        ["--quick", "--only", "unheard-of"], ["--quick", "--only", "unheard-of", "--only", "predict-4B"],
        ["--only", "apache", "--only", "unheard-of"],
    ])
    func refusesANameBesideOthers(arguments: [String]) throws {
        let settings = try CompareSettings(try CompareOptions.parse(arguments))
        #expect(throws: ValidationError.self) {
            try settings.chosen(from: Server.peers + [.peer("unheard-of")])
        }
    }

    @Test func refusesANameThatNobodyHas() throws {
        for nobody in ["apache", "sluice-landed/hello-*", "*/predict-1MB"] {
            let settings = try settings("--only", nobody)
            #expect(throws: ValidationError.self) { try settings.chosen(from: Server.peers) }
        }
    }
}

struct PeerCatalogueTests {
    @Test func readsALine() throws {
        let peer = try PeerCatalogue.peer(
            "asio\thttp\tcpp\t1.81\thello,wait-cpu\tstreaming twin: reduces as it reads")
        #expect(peer.name == "asio" && peer.family == "cpp" && peer.version == "1.81")
        #expect(peer.has(.hello) && peer.has(.waitCPU) && !peer.has(.predict))
        #expect(peer.isStreamingTwin)
        #expect(try PeerCatalogue.peer("grpc\tgrpc\tpython\t1.7\thello").kind == .grpc)
    }

    @Test(arguments: ["", "go\thttp\tgo\t1.24", "go\tspdy\tgo\t1\thello\t", "go\thttp\tgo\t1\thello,helo\t"])
    func refusesWhatIsNoPeer(line: String) {
        #expect(throws: CompareError.self) { try PeerCatalogue.peer(line) }
    }
}
