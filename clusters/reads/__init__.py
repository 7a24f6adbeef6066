"""What pages of the organisations app show, each from one function."""

from clusters.reads.acting import act_for, acting_organisation, representations

__all__ = ["act_for", "acting_organisation", "representations"]
