"""The demonstration: seed, story and reset, by the stages' own commands."""
