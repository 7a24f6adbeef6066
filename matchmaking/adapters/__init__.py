"""Rows to engine records and back. Conversion only: the one bridge to the engines."""
