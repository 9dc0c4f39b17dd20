"""Persons, organisations and firms, and in what capacity a person acts on a case."""
