extension ResponseWriter {
    /// Writes a float32 as JSON: the shortest decimal number that reads back as the same float32 (`0.1`,
    /// `16777216.0`, `1e-45`, `-0.0`).
    ///
    /// JSON has no number for the rest, and `null` would lose which it was. They are written as ProtoJSON
    /// writes them, as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`: JavaScript's `Number(…)` and
    /// Python's `float(…)` take these as they are.
    public mutating func write(json value: Float) {
        if value.isNaN { return write("\"NaN\"") }
        if value.isInfinite { return write(value < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
        // At most 15 bytes (-1.1754944e-38), which String holds in itself: nothing is allocated.
        var text = value.description
        text.withUTF8 { write(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer($0))) }
    }
}
