internal import HTTP1
public import Reduction

/// The kernels a route offers. The first is taken unless the request names another with `?kernel=`.
///
/// ```swift
/// var menu = ReductionMenu(columns: 2500)
/// menu.addRows { RowMeanStd(columns: $0) }
/// menu.add { Sum() }
/// routes.post("/predict", reducing: menu)
/// ```
public struct ReductionMenu: Sendable {
    /// The length of a row, in values, where the request does not say `?columns=`.
    public let columns: Int
    private(set) var factories: [KernelFactory] = []

    /// - Parameter columns: at least 1.
    public init(columns: Int) {
        precondition(columns >= 1)
        self.columns = columns
    }

    /// Adds a kernel that looks at the body as one row.
    public mutating func add<K: ReductionKernel>(_ make: @escaping @Sendable () -> K) {
        factories.append(TypedKernelFactory(usesColumns: false) { _ in make() })
    }

    /// Adds a kernel that looks at the body as rows of so many columns.
    ///
    /// - Parameter make: makes one on the reactor, for each request. The columns are what a client asked for, from 1 to `Int.max`: what
    ///   is reckoned with them must not overflow, and nothing is to be allocated for them before the count is accepted.
    public mutating func addRows<K: ReductionKernel>(_ make: @escaping @Sendable (_ columns: Int) -> K) {
        factories.append(TypedKernelFactory(usesColumns: true, make))
    }

    /// A menu of one kernel, its columns fixed.
    public static func only<K: ReductionKernel>(_ kernel: K) -> ReductionMenu {
        var menu = ReductionMenu(columns: 1)
        menu.add { kernel }
        return menu
    }
}

/// Makes kernels of one kind, and answers for them what a head needs to know.
class KernelFactory: @unchecked Sendable {
    /// The kernel's name as it stands in a query.
    let nameBytes: [UInt8]
    /// And as a refusal shows it.
    let shownName: Excerpt
    let usesColumns: Bool

    fileprivate init(name: String, usesColumns: Bool) {
        let bytes = Array(name.utf8)
        nameBytes = bytes
        shownName = unsafe Excerpt(bytes.span.bytes)
        self.usesColumns = usesColumns
    }

    /// What such a kernel says of itself for a body of `count` values.
    struct Needs {
        var accepts: Bool
        var needsCount: Bool
        var scratchBytes: Int
    }

    func needs(columns: Int, count: Int) -> Needs { preconditionFailure("abstract") }

    /// Why it does not accept so many values.
    func mismatch(columns: Int, count: Int) -> Mismatch {
        usesColumns
            ? .notRows(values: count, columns: columns) : .notAccepted(values: count, kernel: shownName)
    }

    func makeRunner() -> KernelRunner { preconditionFailure("abstract") }
}

private final class TypedKernelFactory<K: ReductionKernel>: KernelFactory, @unchecked Sendable {
    private let make: @Sendable (Int) -> K

    init(usesColumns: Bool, _ make: @escaping @Sendable (Int) -> K) {
        self.make = make
        super.init(name: K.name, usesColumns: usesColumns)
    }

    override func needs(columns: Int, count: Int) -> Needs {
        let kernel = make(columns)
        return Needs(
            accepts: kernel.accepts(count: count), needsCount: kernel.needsCount,
            scratchBytes: kernel.scratchBytes(count: count))
    }

    override func makeRunner() -> KernelRunner { TypedKernelRunner(make) }
}

/// A kernel behind a class, so that one reactor can keep runners of any kernel and use them again: the price
/// is one virtual call for each window, and no allocation for a request.
class KernelRunner {
    fileprivate init() {}

    @unsafe
    func begin(columns: Int, count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        preconditionFailure("abstract")
    }
    func consume(_ bytes: RawSpan) { preconditionFailure("abstract") }
    func finish() -> Float { preconditionFailure("abstract") }
}

private final class TypedKernelRunner<K: ReductionKernel>: KernelRunner {
    private let make: @Sendable (Int) -> K
    private var kernel: K

    init(_ make: @escaping @Sendable (Int) -> K) {
        self.make = make
        kernel = make(1)
    }

    @unsafe
    override func begin(columns: Int, count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        kernel = make(columns)
        unsafe kernel.begin(count: count, scratch: scratch)
    }

    override func consume(_ bytes: RawSpan) { kernel.consume(bytes) }
    override func finish() -> Float { kernel.finish() }
}
