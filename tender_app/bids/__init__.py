"""Intake, envelopes, receipts and opening."""
