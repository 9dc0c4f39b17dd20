"""Drafting, signatures, issue and phases of the contract."""
