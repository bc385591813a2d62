internal import CCopyCounterPage
internal import CLoadPlatform
internal import Glibc

/// What the preloaded copy counter counts in a server: mapped here, written there.
///
/// Start the server with ``environment(library:)``; it must be dynamically linked, and not under a sanitizer.
@safe public final class CopyCounter: @unchecked Sendable {
    private let file: Descriptor
    private let page: OpaquePointer

    /// How much was copied and allocated.
    public struct Counts: Sendable, Equatable {
        /// Calls of memcpy, memmove, mempcpy and their checked forms.
        public var copies = 0
        /// The bytes they moved.
        public var bytesCopied = 0
        /// Calls of malloc, calloc, realloc and the aligned forms.
        public var allocations = 0
        /// The bytes they were asked for.
        public var bytesAllocated = 0
        /// Calls of free.
        public var frees = 0

        /// What was counted between an earlier reading and this one.
        public static func - (later: Counts, earlier: Counts) -> Counts {
            Counts(
                copies: later.copies - earlier.copies, bytesCopied: later.bytesCopied - earlier.bytesCopied,
                allocations: later.allocations - earlier.allocations,
                bytesAllocated: later.bytesAllocated - earlier.bytesAllocated,
                frees: later.frees - earlier.frees)
        }
    }

    /// One thread's counts.
    public struct ThreadCounts: Sendable {
        /// Its id; its name is in `/proc/PID/task/ID/comm` while it lives.
        public let thread: Int
        /// What it did.
        public let counts: Counts
    }

    /// A counter that has counted nothing yet.
    public init() throws(SystemError) {
        file = Descriptor(unsafe load_memfd("sluice-copy-counter"))
        let size = copy_counter_page_size()
        guard file.number >= 0, ftruncate(file.number, off_t(size)) == 0 else {
            throw SystemError("memfd_create")
        }
        guard let mapping = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, file.number, 0),
            unsafe mapping != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw SystemError("mmap of the copy counter's page") }
        unsafe page = OpaquePointer(mapping)
    }

    deinit {
        unsafe munmap(UnsafeMutableRawPointer(page), copy_counter_page_size())
    }

    /// The variables that make a program, started by this process, count here.
    ///
    /// - Parameter library: the path of `libcopy-counter.so`.
    public func environment(library: String) -> [String: String] {
        ["LD_PRELOAD": library, "COPY_COUNTER_FILE": "/proc/\(getpid())/fd/\(file.number)"]
    }

    /// The library, in the folder of an executable of this package; nil when it has not been built.
    public static func library(beside executable: String) -> String? {
        let folder = executable.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = (folder + ["libcopy-counter.so"]).joined(separator: "/")
        return unsafe access(path, R_OK) == 0 ? path : nil
    }

    /// Whether a program has loaded the counter. If none has, the counts are not zero but unknown.
    public var isLoaded: Bool { unsafe copy_counter_slot_count(page) > 0 }

    /// Each thread's counts, those of threads that have ended included.
    public var threads: [ThreadCounts] {
        (0..<(unsafe copy_counter_slot_count(page))).map { slot in
            var counts = copy_counter_counts()
            let thread = unsafe copy_counter_read(page, slot, &counts)
            return ThreadCounts(thread: Int(thread), counts: Counts(counts))
        }
    }

    /// All threads' counts together.
    public var total: Counts {
        threads.reduce(into: Counts()) { total, thread in
            total.copies += thread.counts.copies
            total.bytesCopied += thread.counts.bytesCopied
            total.allocations += thread.counts.allocations
            total.bytesAllocated += thread.counts.bytesAllocated
            total.frees += thread.counts.frees
        }
    }
}

extension CopyCounter.Counts {
    fileprivate init(_ counts: copy_counter_counts) {
        copies = Int(counts.memcpy_calls + counts.memmove_calls + counts.mempcpy_calls)
        bytesCopied = Int(counts.memcpy_bytes + counts.memmove_bytes + counts.mempcpy_bytes)
        allocations = Int(counts.allocations)
        bytesAllocated = Int(counts.allocated_bytes)
        frees = Int(counts.frees)
    }
}
