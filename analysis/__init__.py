"""Coverage of enterprises by organisations and instructors: of how many, and what it would take."""
