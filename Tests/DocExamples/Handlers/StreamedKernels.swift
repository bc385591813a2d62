import Reduction
import Sluice

func addStreamedKernels(to routes: inout Routes) {
    // snippet: one-kernel
    routes.post("/deviation", reducing: RowMeanStd(columns: 2500))
    // end
    // snippet: menu
    var menu = ReductionMenu(columns: 2500)
    menu.addRows { RowMeanStd(columns: $0) }
    menu.add { Maximum() }
    menu.add { L2Norm() }
    routes.post("/reduce", reducing: menu)
    // end
    // snippet: own-kernel
    routes.post("/norm", reducing: L2Norm())
    // end
    // snippet: landed-kernel
    routes.post("/reduce/landed", reducing: menu, body: .landed)
    // end
}
