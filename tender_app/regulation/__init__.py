"""What the law leaves open or changes by year: dated settings, and the days on which offices are closed."""
