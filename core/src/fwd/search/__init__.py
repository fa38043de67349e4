"""Strategies: which graph to extend next, and when to stop."""
