"""What is told: papers, their parameters, runs and documents."""

from analysis.briefing.paper import Paper, open_paper

__all__ = ["Paper", "open_paper"]
