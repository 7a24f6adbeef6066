"""How dates and numbers are written, per language; see FORMAT_MODULE_PATH."""
