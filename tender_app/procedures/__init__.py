"""The law: one page per life."""
