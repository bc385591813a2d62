internal import Uring

/// Whether a client sends its bodies so fast that a large receive buffer is of use to it.
///
/// Judged by stretches of ``stretchBytes``, from what has come so far: fast is who brings one in time, slow who needs
/// more than twice that. Between the two nothing changes, so that nobody's buffer is set again and again. A connection
/// keeps its pace from body to body.
struct BodyPace {
    private var stretchStart = MonotonicInstant(nanoseconds: 0)
    // Of 32 bits, for every slot has one: a stretch and a window at most.
    private var bytesInStretch: Int32 = 0
    private(set) var isFast = false

    /// More than comes in one burst of a slow client.
    static let stretchBytes = 1 << 20

    /// Four megabytes in a second: slower than that, the smallest buffer is enough, and costs fewer than
    /// a hundred wake-ups a second. For clients far away half a megabyte, for the smallest buffer is all that can be
    /// on its way in a round trip: they cannot show more before they have a larger one.
    static func stretchTime(isNear: Bool) -> Duration { isNear ? .milliseconds(250) : .seconds(2) }

    /// Bodies that follow one another closely are one stretch; a longer pause is not held against the client.
    mutating func bodyBegan(isNear: Bool, now: MonotonicInstant) {
        if stretchStart.duration(until: now) > Self.stretchTime(isNear: isNear) { beginStretch(now) }
    }

    /// So much has been received; nothing, when only time has passed.
    mutating func received(_ count: Int, isNear: Bool, now: MonotonicInstant) {
        bytesInStretch = Int32(clamping: Int(bytesInStretch) + count)
        let time = Self.stretchTime(isNear: isNear)
        let elapsed = stretchStart.duration(until: now)
        if bytesInStretch >= Self.stretchBytes {
            isFast = elapsed <= (isFast ? time * 2 : time)
        } else if elapsed > time * 2 {
            isFast = false
        } else {
            return
        }
        beginStretch(now)
    }

    private mutating func beginStretch(_ now: MonotonicInstant) {
        stretchStart = now
        bytesInStretch = 0
    }
}
