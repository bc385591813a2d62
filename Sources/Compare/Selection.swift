internal import Glibc

/// What `--only` names.
struct Selection {
    /// Each a server, a workload, or `SERVER/WORKLOAD`; none chooses everything.
    let patterns: [String]

    func contains(server: String, workload: String) -> Bool {
        patterns.isEmpty
            || patterns.contains { pattern in
                let parts = pattern.split(separator: "/", maxSplits: 1).map(String.init)
                if parts.count == 2 { return matches(server, parts[0]) && matches(workload, parts[1]) }
                return matches(server, pattern) || matches(workload, pattern)
            }
    }

    private func matches(_ name: String, _ pattern: String) -> Bool {
        unsafe fnmatch(pattern, name, 0) == 0
    }
}
