"""What could be: targets, one year, many years and draws, and what it would take."""
