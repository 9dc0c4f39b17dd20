"""Every act, chained case by case and never edited."""
