"""Publishers' files, as they are downloaded, become the tables of a data set."""

from clinic_siting.building.folder import Built, Request, build_data, in_words
from clinic_siting.building.joins import Join
from clinic_siting.building.zones import ZoneFiles

__all__ = ["Built", "Join", "Request", "ZoneFiles", "build_data", "in_words"]
