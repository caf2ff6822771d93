"""The sections of the briefing, each a function from the context to blocks."""
