"""The planner's page: a small server on this machine alone, on which each change runs the model again.

Only :mod:`~clinic_siting.app.server` needs the extra ``app``.
"""
