"""The alphabet: plain values, no database, no web."""
