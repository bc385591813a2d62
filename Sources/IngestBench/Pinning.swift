internal import CPlatform
internal import LoadGenerator

/// Keeps this program and all it starts on one CPU: threads and child processes inherit what their creator
/// may run on. Before either is there.
///
/// Where the scheduler puts a sender and its server, on one core or on two, changes what a request costs: a
/// wake-up across cores is an interrupt, and in a virtual machine an exit. It decides anew all the time.
///
/// - Parameter cpu: nil leaves everything as it is.
func runOnly(onCPU cpu: Int?) throws {
    guard let cpu else { return }
    var number = Int32(clamping: cpu)
    let result = unsafe sluice_set_affinity(&number, 1)
    guard result == 0 else { throw BenchError("\(SystemError("run on CPU \(cpu)", code: -result))") }
}
