"""Plausible people, practice and interviews in an empty database, to look at and to measure."""
