"""Persian PDF typesetting and issued documents with their digests."""
