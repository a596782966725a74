"""The planner's page: a small server on this machine alone, on which each change runs the model again."""

from clinic_siting.app.server import application, serve
from clinic_siting.app.sessions import Planner

__all__ = ["Planner", "application", "serve"]
