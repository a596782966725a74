"""Publishers' files, as they are downloaded, become the tables of a data set."""

from clinic_siting.building.folder import Built, Recipe, build_data, in_words
from clinic_siting.building.joins import Join
from clinic_siting.building.zones import ZoneFiles

__all__ = ["Built", "Join", "Recipe", "ZoneFiles", "build_data", "in_words"]
