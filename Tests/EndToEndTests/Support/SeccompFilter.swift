import Foundation
import Glibc

/// A seccomp filter: what becomes of each system call. Compiled to what Linux runs, in a file for
/// `seccomp-launcher`.
struct SeccompFilter {
    enum Action: Equatable {
        case allow
        case fail(Int32)

        fileprivate var code: UInt32 {
            switch self {
            case .allow: 0x7FFF_0000  // SECCOMP_RET_ALLOW
            case .fail(let number): 0x0005_0000 | UInt32(number)  // SECCOMP_RET_ERRNO
            }
        }
    }

    /// By system call number.
    var actions: [UInt32: Action] = [:]
    var otherwise = Action.allow

    /// All is allowed but `names`.
    static func failing(_ names: [String], with errorNumber: Int32) -> SeccompFilter {
        var filter = SeccompFilter()
        for name in names { filter.actions[SystemCall.numbers[name]!] = .fail(errorNumber) }
        return filter
    }

    /// One instruction of classic BPF, as `struct sock_filter` lies in memory.
    private struct Instruction {
        var code: UInt16
        var jumpIfTrue: UInt8 = 0
        var jumpIfFalse: UInt8 = 0
        var constant: UInt32

        static func load(_ offset: UInt32) -> Instruction { Instruction(code: 0x20, constant: offset) }
        static func skipUnless(equals constant: UInt32) -> Instruction {
            Instruction(code: 0x15, jumpIfFalse: 1, constant: constant)
        }
        static func end(_ action: UInt32) -> Instruction { Instruction(code: 0x06, constant: action) }
    }

    /// `SECCOMP_RET_KILL_PROCESS`: for another architecture, whose calls have other numbers.
    private static let kill: UInt32 = 0x8000_0000

    private var instructions: [Instruction] {
        // `struct seccomp_data`: the number at 0, the architecture at 4.
        var program = [
            Instruction.load(4),
            Instruction(code: 0x15, jumpIfTrue: 1, constant: SystemCall.architecture), .end(Self.kill),
            .load(0),
        ]
        for (number, action) in actions.sorted(by: { $0.key < $1.key }) {
            program += [.skipUnless(equals: number), .end(action.code)]
        }
        return program + [.end(otherwise.code)]
    }

    /// What to start a command with, so that it runs under this filter.
    /// - Parameter path: where the compiled filter is put.
    func launcher(at path: String) throws -> [String] {
        let bytes = unsafe instructions.withUnsafeBytes { unsafe Data($0) }
        try bytes.write(to: URL(filePath: path))
        return [ServerProcess.program("SeccompLauncher"), path]
    }
}

/// A container's seccomp profile, in the format that Docker, Podman and containerd read.
struct SeccompProfile: Decodable {
    struct Rule: Decodable {
        var names: [String]
        var action: String
        var errnoRet: Int32?
    }

    var defaultAction: String
    var defaultErrnoRet: Int32?
    var architectures: [String]
    var syscalls: [Rule]

    /// The profile that the repository offers.
    static func deployed() throws -> SeccompProfile {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try JSONDecoder().decode(
            SeccompProfile.self, from: Data(contentsOf: root.appending(path: "bench/deploy/seccomp.json")))
    }

    struct Unknown: Error {
        var what: String
    }

    /// The filter that a container's runtime would make of it.
    var filter: SeccompFilter {
        get throws {
            var filter = SeccompFilter(otherwise: try Self.action(defaultAction, defaultErrnoRet))
            for rule in syscalls {
                for name in rule.names {
                    // A runtime leaves out what it does not know; here it is a slip of the pen.
                    guard let number = SystemCall.numbers[name] else { throw Unknown(what: name) }
                    filter.actions[number] = try Self.action(rule.action, rule.errnoRet)
                }
            }
            return filter
        }
    }

    private static func action(_ name: String, _ errorNumber: Int32?) throws -> SeccompFilter.Action {
        switch name {
        case "SCMP_ACT_ALLOW": .allow
        case "SCMP_ACT_ERRNO": .fail(errorNumber ?? EPERM)
        default: throw Unknown(what: name)
        }
    }
}
