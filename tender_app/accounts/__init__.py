"""Sign in, passwords, administration of people, registration of firms."""
