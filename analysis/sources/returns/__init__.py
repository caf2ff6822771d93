"""The districts' returns: what they ask, how they are read back, and what must hold in them."""

from analysis.sources.returns.form import Form, Place, form_of
from analysis.sources.returns.together import SCORES, Returns, Score, read_returns, returns_of, score_at

__all__ = ["SCORES", "Form", "Place", "Returns", "Score", "form_of", "read_returns", "returns_of", "score_at"]
