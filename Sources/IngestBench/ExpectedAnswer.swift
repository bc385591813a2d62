internal import LoadGenerator
internal import Reduction

/// What a server must answer to a body: numpy's `a.reshape(-1, columns).mean(axis=1).std(axis=0)` as the bytes
/// of a little-endian float32, by the plainest code there is.
func expectedAnswer(_ body: RequestBody, columns: Int) -> [UInt8] {
    let value = body.withValues { ScalarTwin.rowMeanStd($0, columns: columns) }
    let bits = value.bitPattern
    return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
}
