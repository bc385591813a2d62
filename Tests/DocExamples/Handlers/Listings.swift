import Sluice

/// The routes of the articles on each kind of handler.
func addListings(to routes: inout Routes) {
    addStreamedKernels(to: &routes)
    addLandedBodies(to: &routes)
    addAsyncHandlers(to: &routes)
    addBlockingHandlers(to: &routes)
    addStreamedResponses(to: &routes)
    addErrors(to: &routes)
}
