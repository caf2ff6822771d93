"""What belongs to persons, told by what it looks like: one screen for registers, returns, frames and messages."""
