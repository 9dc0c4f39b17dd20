"""What nobody can read before its hour."""
