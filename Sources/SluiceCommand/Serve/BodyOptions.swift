internal import ArgumentParser
internal import Reduction
internal import Sizes
internal import Sluice

/// What `/predict` takes, and what becomes of it.
struct BodyOptions: ParsableArguments {
    @Option(help: "streamed: through a small window, reduced in cache. landed: to one contiguous place.")
    var body = BodyPlacement.streamed

    @Option(help: "The length of a row where the request does not say ?columns=.")
    var columns = 2500

    @Option(help: "The largest body; larger ones get 413, at the head where that tells the length.")
    var maxBody = ByteSize(bytes: Limits().maxBodyBytes)

    func validate() throws {
        if columns < 1 { throw ValidationError("--columns is 1 or more") }
    }

    func set(_ limits: inout Limits) { limits.maxBodyBytes = maxBody.bytes }

    var routes: Routes {
        var menu = ReductionMenu(columns: columns)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        menu.add { Mean() }
        menu.add { Minimum() }
        menu.add { Maximum() }
        var routes = Routes()
        routes.post("/predict", reducing: menu, body: body)
        return routes
    }
}
