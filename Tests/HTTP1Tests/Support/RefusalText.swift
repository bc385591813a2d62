import HTTP1

extension Refusal {
    /// The status and the sentence that a client is told.
    var text: String {
        var memory = [UInt8](repeating: 0, count: 512)
        return unsafe memory.withUnsafeMutableBytes { memory in
            var writer = unsafe ResponseWriter(into: memory)
            writer.write(self)
            let fits = !writer.overflowed
            precondition(fits, "A sentence of more than 512 bytes.")
            return "\(status.code) \(writer.written.text)"
        }
    }
}
