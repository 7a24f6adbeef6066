"""How rows are written for programs. Serializers parse and validate; actions do the rest."""
