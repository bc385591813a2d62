import HTTPTypes
import Sluice

func addErrors(to routes: inout Routes) {
    // snippet: error
    routes.get("/books/{number}", on: .reactor) { request in
        guard let number = request.parameters["number"].flatMap({ Int($0) }) else {
            throw HandlerError(.badRequest, "a book has a number")
        }
        guard number <= 3 else {
            throw HandlerError(
                .tooManyRequests, "no more than three books at a time", headerFields: [.retryAfter: "60"])
        }
        return .text("book \(number)\n")
    }
    // end
    // snippet: error-of-ours
    struct StorageIsFull: Error {}
    routes.post("/books", on: .reactor) { _, _ in
        throw StorageIsFull()
    }
    // end
}
