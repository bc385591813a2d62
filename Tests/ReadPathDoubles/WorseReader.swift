internal import Reduction

/// Serves until the process is ended.
func serve(_ fault: Fault, countOnly: Bool) -> Never {
    let listener = Listener()
    announce("http://127.0.0.1:\(listener.port)", fault.rawValue)
    var connections = 0
    while true {
        let socket = listener.accept()
        ReaderThread.start(named: "sluice-\(connections)") {
            if countOnly {
                let connection = ReaderConnection(socket: socket, fault: fault) { _ in CountingKernel() }
                while connection.serveRequest() {}
            } else {
                let connection = ReaderConnection(socket: socket, fault: fault) { RowMeanStd(columns: $0) }
                while connection.serveRequest() {}
            }
        }
        connections += 1
    }
}
