/// Linux's system calls by name, from the headers that the C library is built on.
enum SystemCall {
    #if arch(x86_64)
        private static let header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
        /// `AUDIT_ARCH_X86_64`: as a filter is told of it.
        static let architecture: UInt32 = 0xC000_003E
    #else
        #error("say where this architecture's system calls are numbered")
    #endif

    /// As `#define __NR_read 0` has it.
    static let numbers: [String: UInt32] = {
        guard let text = ProcessFile.text(header) else {
            fatalError("\(header) is not there: linux-libc-dev has it")
        }
        var numbers: [String: UInt32] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "#define", words[1].hasPrefix("__NR_") else { continue }
            numbers[String(words[1].dropFirst(5))] = UInt32(words[2])
        }
        return numbers
    }()
}
