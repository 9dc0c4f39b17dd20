"""Decision and notices."""
