"""The same rules as other houses would write them, for the bench alone: each file runs by itself, in .venv-peers."""
