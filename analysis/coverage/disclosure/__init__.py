"""Small counts: what may be published of a register's counts, and what a reader could work out of what is.

`regions` turns addresses into linked `tables`; `attack` says what a reader can work out of them, `counts` what to withhold.
"""
