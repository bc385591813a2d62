import HTTPTypes
import Sluice

func addLandedBodies(to routes: inout Routes) {
    // snippet: landed
    routes.post("/histogram") { _, body in
        var counts = [Int](repeating: 0, count: 256)
        for offset in 0..<body.byteCount {
            counts[Int(body.unsafeLoad(fromByteOffset: offset, as: UInt8.self))] += 1
        }
        return .json("\(counts)\n")
    }
    // end
    // snippet: landed-on-reactor
    routes.post("/length", on: .reactor) { _, body in .text("\(body.byteCount)\n") }
    // end
    // snippet: get-with-body
    routes.get("/words") { _, body in
        let text = body.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return .text("\(text.split(separator: " ").count)\n")
    }
    // end
    // snippet: put
    routes.handle(.put, "/objects/{key}") { request, body in
        .text("\(request.parameters["key"] ?? ""): \(body.byteCount) bytes\n", status: .created)
    }
    // end
}
