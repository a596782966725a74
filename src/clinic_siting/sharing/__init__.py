"""Real counts of patients are made fit to be shared before anything is written."""

from clinic_siting.sharing.tables import NOTE, marked, share_counts, share_outcome

__all__ = ["NOTE", "marked", "share_counts", "share_outcome"]
