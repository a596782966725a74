"""YAML becomes a frozen :class:`Config`: every key documented, every unknown key refused."""

from clinic_siting.config.blocks import Config
from clinic_siting.config.reading import config_of, read_config
from clinic_siting.config.siting import RequirementBlock

__all__ = ["Config", "RequirementBlock", "config_of", "read_config"]
