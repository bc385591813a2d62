/// A moment as the Date field writes it: `Sun, 06 Nov 1994 08:49:37 GMT`, RFC 9110 section 5.6.7.
///
/// Making one costs some divisions; make it once a second and use it for every response of that second.
public struct HTTPDate: Sendable {
    /// How many bytes a date has.
    public static let byteCount = 29

    private let text: InlineArray<29, UInt8>

    /// The date of a Unix time.
    ///
    /// - Parameter unixSeconds: seconds since 1970-01-01 00:00:00 UTC. Held between that moment and the end
    ///   of the year 9999, which the format cannot pass.
    public init(unixSeconds: Int) {
        let seconds = min(max(unixSeconds, 0), 253_402_300_799)
        let (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86400)
        let (year, month, day) = Self.date(daysSinceEpoch: days)
        let weekdays = ("SunMonTueWedThuFriSat" as StaticString).bytes
        let months = ("JanFebMarAprMayJunJulAugSepOctNovDec" as StaticString).bytes
        // 1970-01-01 was a Thursday.
        let weekday = (days + 4) % 7

        var text = InlineArray<29, UInt8>(repeating: ASCII.space)
        for letter in 0..<3 {
            text[letter] = weekdays.byte(at: weekday * 3 + letter)
            text[8 + letter] = months.byte(at: (month - 1) * 3 + letter)
            text[26 + letter] = ("GMT" as StaticString).bytes.byte(at: letter)
        }
        text[3] = ASCII.comma
        func put(_ number: Int, at offset: Int) {
            text[offset] = ASCII.zero + UInt8(number / 10)
            text[offset + 1] = ASCII.zero + UInt8(number % 10)
        }
        put(day, at: 5)
        put(year / 100, at: 12)
        put(year % 100, at: 14)
        put(secondOfDay / 3600, at: 17)
        text[19] = ASCII.colon
        put(secondOfDay / 60 % 60, at: 20)
        text[22] = ASCII.colon
        put(secondOfDay % 60, at: 23)
        self.text = text
    }

    /// The 29 bytes.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get { text.span.rawBytes }
    }

    /// The Gregorian date, by Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day
    /// is a year's last, and 400 years are one era of 146,097 days.
    private static func date(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (daysSinceEpoch + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
