"""Preparation, publication, documents, questions and the commission."""
