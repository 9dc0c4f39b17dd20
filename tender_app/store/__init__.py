"""One engine, one session per request, one commit, one clock, write-once files."""
