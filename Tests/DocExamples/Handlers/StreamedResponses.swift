import HTTPTypes
import Sluice

func addStreamedResponses(to routes: inout Routes) {
    // snippet: stream
    routes.get("/squares") { _ in
        Response(headerFields: [.contentType: "text/csv"]) { stream in
            for number in 1...1000 {
                try await stream.write("\(number),\(number * number)\n")
            }
        }
    }
    // end
    // snippet: whole
    let table = [UInt8](repeating: 7, count: 8 << 20)
    routes.get("/table", on: .reactor) { _ in
        Response(headerFields: [.contentType: "application/octet-stream"], body: table)
    }
    // end
}
