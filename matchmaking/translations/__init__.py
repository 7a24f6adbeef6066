"""How strings get into locale/ and out of it, without GNU gettext.

`extract` finds them in Python files and templates, `catalogue` keeps them in .po files, checks
these and compiles them. `manage.py messages` is the way in.
"""
