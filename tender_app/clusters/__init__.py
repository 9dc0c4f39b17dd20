"""The cluster map, approvals and the development licence."""
