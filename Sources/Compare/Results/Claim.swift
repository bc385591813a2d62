/// Something that Sluice says of itself, and whether it held in this run.
struct Claim: Equatable {
    enum Standing: Equatable {
        case held(Among?)
        case failed
        /// And why not.
        case unknown(String)
    }

    /// That not all peers were chosen.
    struct Among: Equatable {
        let run: Int
        let all: Int
    }

    let text: String
    /// The figures it was judged by.
    let figure: String
    let standing: Standing

    init(_ text: String, figure: String, holds: Bool, among: Among? = nil) {
        self.init(text, figure: figure, standing: holds ? .held(among) : .failed)
    }

    /// What could not be judged.
    init(_ text: String, unknown reason: String) {
        self.init(text, figure: "", standing: .unknown(reason))
    }

    private init(_ text: String, figure: String, standing: Standing) {
        self.text = text
        self.figure = figure
        self.standing = standing
    }

    /// `wait-1000 all done within 1.2 s: 1.034 s — held`
    var line: String {
        switch standing {
        case .held(nil): "\(text): \(figure) — held"
        case .held(let among?):
            "\(text): \(figure) — held among the \(among.run) that were run, of \(among.all)"
        case .failed: "\(text): \(figure) — DID NOT HOLD"
        case .unknown(let reason): "\(text): not judged, \(reason)"
        }
    }
}
