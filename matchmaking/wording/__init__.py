"""Sentences for what the engines find. Engines yield codes and numbers; people read these."""
