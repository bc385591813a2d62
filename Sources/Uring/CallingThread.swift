internal import CPlatform

/// The thread that asks.
package enum CallingThread {
    /// The CPUs it may run on, in ascending order.
    package static var allowedCPUs: [Int32] {
        var cpus = [Int32](repeating: 0, count: Int(sluice_available_cpus()))
        let found = unsafe sluice_get_affinity(&cpus, Int32(cpus.count))
        return Array(cpus.prefix(Int(max(0, found))))
    }
}
