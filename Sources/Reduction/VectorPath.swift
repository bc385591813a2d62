internal import CPlatform

/// The set of instructions the loops run on.
///
/// AVX-512 is not among them: a leaf's eight accumulators fill one AVX register, and with eight leaves in
/// flight AVX2 already takes values from L2 about as fast as `memcpy` does.
public enum VectorPath: String, CaseIterable, Sendable, CustomStringConvertible {
    /// What every x86-64 has: SSE2. On other CPUs, what the compiler makes of it.
    case baseline
    /// AVX2: registers of eight float32.
    case avx2

    /// The best path of this CPU, found once, by CPUID.
    public static let selected: VectorPath = VectorPath.avx2.isSupported ? .avx2 : .baseline

    /// The paths that run on this CPU.
    public static var supported: [VectorPath] { allCases.filter(\.isSupported) }

    /// Whether this CPU, and Linux's saving of its registers, allows the path.
    public var isSupported: Bool { sluice_vector_path_supported(code) }

    /// The path's name as the start-up log and the doctor print it.
    public var description: String { rawValue }

    var code: sluice_vector_path {
        switch self {
        case .baseline: SLUICE_PATH_BASELINE
        case .avx2: SLUICE_PATH_AVX2
        }
    }
}
