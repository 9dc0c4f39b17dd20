"""Conflicts, criteria, scores, prices and ranking."""
