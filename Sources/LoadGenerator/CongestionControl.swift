/// Which congestion control the senders' sockets get, the same for every server: cubic, Linux's own default. A system's
/// other choice may pace (BBR does), and what is measured then is the sender.
///
/// - Parameter notes: gets a line where cubic cannot be had.
/// - Returns: nil for the system's choice.
public func senderCongestionControl(_ notes: inout [String]) -> String? {
    let wanted = "cubic"
    do throws(SystemError) {
        try TCPSocket.unconnected().setCongestionControl(wanted)
        return wanted
    } catch {
        notes.append(
            "the senders have the system's congestion control, for \(wanted) cannot be had (\(error)); "
                + "as root: modprobe tcp_\(wanted)")
        return nil
    }
}
