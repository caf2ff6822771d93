"""Small counts: what may be published of a register's counts, and what a reader could work out of what is.

`regions` turns addresses into linked `tables`; `groups` says what must not be pinned down, `attack` what a reader can
work out, `protect` what to withhold; `counts` speaks of all this by address. `screen` is for live views.
"""
