"""Where numbers come from: published figures and their audit, registers, returns, the synthetic register."""
