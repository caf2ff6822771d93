"""Registers of enterprises from files, databases and clusters: one row each, checked, never about persons."""
