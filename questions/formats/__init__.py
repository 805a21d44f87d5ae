"""Interchange formats: text in, documents and findings out. Nothing here touches the database."""
