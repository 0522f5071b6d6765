"""Pages of a town's portal, by who reads them."""
